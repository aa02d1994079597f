"""The demonstration city: invented residents of 苫小牧市, so that daicho can be tried without a real person's data.

Pure and seeded: no clock, no network, the same city for the same seed, day and size. It knows the domain only; what
stores the city calls `api.demonstration.city.build_city`. Nothing outside `--demo`, the tests and the bench calls it.
"""
