"""The main job at full size: real grants as bids, from import to the last penny paid, by real workers."""
