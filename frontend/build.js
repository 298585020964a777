// Builds grants/static/build: one stylesheet, one script, both named by their content, and the manifest that says so.
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { NodePackageImporter, compile } from "sass"

const root = fileURLToPath(new URL("..", import.meta.url))
const target = join(root, "grants/static/build")
const packaged = join(root, "node_modules/govuk-frontend")
const { version } = JSON.parse(readFileSync(join(packaged, "package.json"), "utf8"))
const notice = `/*! Contains govuk-frontend ${version}, (c) 2017 Crown Copyright (Government Digital Service), MIT: see LICENCE.txt */\n`
const forbidden = [/GDS Transport/, /@font-face/, /govuk-crest/, /@import/]

function stylesheet() {
  const { css } = compile(join(root, "frontend/council.scss"), {
    style: "compressed",
    importers: [new NodePackageImporter(root)],
    quietDeps: true,
    charset: false,
  })
  const found = forbidden.filter((pattern) => pattern.test(css))
  if (found.length) throw new Error(`council.css contains what a council may not use: ${found.join(", ")}`)
  return Buffer.from(notice + css)
}

async function script() {
  const { outputFiles } = await build({
    entryPoints: [join(root, "frontend/council.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2017"],
    banner: { js: notice },
    write: false,
  })
  return Buffer.from(outputFiles[0].contents)
}

function writeInPlace(name, content) {
  // A running server never sees half a file, nor a manifest that names a file which is not there yet.
  writeFileSync(join(target, `${name}.new`), content)
  renameSync(join(target, `${name}.new`), join(target, name))
}

function licence() {
  const ours = readFileSync(join(root, "LICENSE"), "utf8")
  const terms = ours.slice(ours.indexOf("Permission is hereby granted"))
  return `govuk-frontend\n\nCopyright (C) 2017 Crown Copyright (Government Digital Service)\n\n${terms}`
}

function publish(sources) {
  const manifest = {}
  for (const [name, content] of Object.entries(sources)) {
    const [stem, ending] = name.split(".")
    const file = `${stem}.${createHash("sha256").update(content).digest("hex").slice(0, 12)}.${ending}`
    const packed = gzipSync(content, { level: 9 })
    writeInPlace(file, content)
    writeInPlace(`${file}.gz`, packed)
    manifest[name] = file
    console.log(`${file}: ${content.length} bytes, ${packed.length} compressed`)
  }
  writeInPlace("LICENCE.txt", licence())
  writeInPlace("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`)
  return new Set(["LICENCE.txt", "manifest.json", ...Object.values(manifest).flatMap((file) => [file, `${file}.gz`])])
}

const sources = { "council.css": stylesheet(), "council.js": await script() }
mkdirSync(target, { recursive: true })
const kept = publish(sources)
for (const name of readdirSync(target)) {
  if (!kept.has(name)) rmSync(join(target, name), { recursive: true })
}
