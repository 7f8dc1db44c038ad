"""Turns of the clocks as Python's zoneinfo has them: reads names of zones, one a line, and prints one line of JSON each,
[zone, [[instant, offset before, offset after], ...]] in seconds, from 1970 to 2100. Zones it does not know are left out.
The zone data are those of PYTHONTZPATH, else of the package tzdata, else of the system."""
import datetime as dt
import json
import sys
import zoneinfo

UTC = dt.timezone.utc
FIRST, LAST = 0, int(dt.datetime(2101, 1, 1, tzinfo=UTC).timestamp())
STEP = 6 * 3600


def offset(zone, instant):
    return int(dt.datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset().total_seconds())


def turns(zone):
    found, before = [], offset(zone, FIRST)
    for instant in range(FIRST + STEP, LAST, STEP):
        after = offset(zone, instant)
        if after != before:
            low, high = instant - STEP, instant
            while high - low > 1:
                middle = (low + high) // 2
                if offset(zone, middle) == before:
                    low = middle
                else:
                    high = middle
            found.append([high, before, after])
            before = after
    return found


for name in sys.stdin.read().split():
    try:
        print(json.dumps([name, turns(zoneinfo.ZoneInfo(name))]), flush=True)
    except zoneinfo.ZoneInfoNotFoundError:
        pass
