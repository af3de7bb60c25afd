"""What mcplog costs, as ratios: seeded inputs, whole-process measurements, peers. Not shipped in the wheel.

May import: mcplog. Touches: files under `benchmarks/data`, processes, the clock.
"""
