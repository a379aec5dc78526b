"""What runs, where and when? Is this feed sound? (GTFS and GTFS-JP, read and judged.)"""
