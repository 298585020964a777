"""The main job at full size: real grants as bids, from import to a validated export, by real workers."""
