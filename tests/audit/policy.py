"""A council's policy (docs/policy.md), read from its file and looked up in the plainest way.

The reader knows as much of YAML as policies are written in: mappings and lists by indentation,
mappings and lists in brackets, numbers, words, quoted words, and comments.
"""

import datetime
import hashlib
import os

SMALL, LARGE = 1, 2  # as VehicleSize in the journal
CATEGORIES = [
    "energy", "cleaning", "maintenance", "insurance", "connectivity", "remote_help", "capital",
    "other",
]
UNITS = ["km", "hour", "kwh", "ride", "remote_minute", "vehicle_day", "visit"]


# ---- YAML ----


def without_comment(line):
    quoted = False
    for at, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == "#" and not quoted and (at == 0 or line[at - 1] == " "):
            return line[:at].rstrip()
    return line.rstrip()


def whole_lines(text):
    """Lines as (indentation, content); what is in brackets is one line."""
    result = []
    open_count = 0
    for line in text.split("\n"):
        line = without_comment(line)
        if not line.strip():
            continue
        if open_count > 0:
            result[-1][1] += " " + line.strip()
        else:
            result.append([len(line) - len(line.lstrip()), line.strip()])
        open_count += sum(line.count(c) for c in "[{") - sum(line.count(c) for c in "]}")
    return result


def scalar(text):
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return int(text) if text.lstrip("-").isdigit() else text


def flow(text, at):
    """What begins at `at` within brackets, and where it ends."""
    while text[at] == " ":
        at += 1
    if text[at] == "[":
        items = []
        at += 1
        while True:
            while text[at] in " ,":
                at += 1
            if text[at] == "]":
                return items, at + 1
            item, at = flow(text, at)
            items.append(item)
    if text[at] == "{":
        pairs = {}
        at += 1
        while True:
            while text[at] in " ,":
                at += 1
            if text[at] == "}":
                return pairs, at + 1
            colon = text.index(":", at)
            key = text[at:colon].strip()
            pairs[key], at = flow(text, colon + 1)
    start = at
    quoted = False
    while at < len(text) and (quoted or text[at] not in ",]}"):
        quoted = quoted != (text[at] == '"')
        at += 1
    return scalar(text[start:at].strip()), at


def value_of(text):
    return flow(text, 0)[0] if text[0] in "[{" else scalar(text)


def block(lines, at, indent):
    """The list or mapping whose lines begin at `at` with `indent`, and the first line behind it."""
    if lines[at][1].startswith("- ") or lines[at][1] == "-":
        items = []
        while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith("-"):
            rest = lines[at][1][1:].strip()
            if rest and rest[0] in "[{":
                items.append(value_of(rest))
                at += 1
                continue
            lines[at] = [indent + 2, rest]
            item, at = block(lines, at, indent + 2)
            items.append(item)
        return items, at
    pairs = {}
    while at < len(lines) and lines[at][0] == indent and not lines[at][1].startswith("- "):
        key, _, rest = lines[at][1].partition(":")
        rest = rest.strip()
        at += 1
        if rest:
            pairs[key] = value_of(rest)
        elif at < len(lines) and lines[at][0] > indent:
            pairs[key], at = block(lines, at, lines[at][0])
    return pairs, at


def read_yaml(text):
    lines = whole_lines(text)
    result, at = block(lines, 0, 0)
    if at != len(lines):
        raise ValueError("a line is not understood: " + lines[at][1])
    return result


# ---- The policy ----

EPOCH = datetime.date(1970, 1, 1)


def day_number(text):
    return (datetime.date.fromisoformat(text) - EPOCH).days


def minute_of(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def half_up(value, by):
    """value / by, half up; value is not below 0."""
    return (2 * value + by) // (2 * by)


class Policy:
    def __init__(self, path):
        paths = [path]
        if os.path.isdir(path):
            paths = [os.path.join(path, n) for n in sorted(os.listdir(path)) if n.endswith(".yaml")]
        self.hash = hashlib.sha256()
        tables = {}
        for name in paths:
            with open(name, "rb") as file:
                data = file.read()
            self.hash.update(data)
            for key, value in read_yaml(data.decode()).items():
                if isinstance(value, list):
                    tables.setdefault(key, []).extend(value)
                else:
                    tables[key] = value
        self.hash = self.hash.digest()
        if "policy" not in tables:
            raise ValueError(path + ": the short form is not audited: it has no rows")
        self.tables = tables
        self.known = {}  # rows that were looked up before
        self.first = day_number(tables["policy"]["valid_from"])
        self.last = day_number(tables["policy"]["valid_until"])
        self.classes = tables["classes"]
        self.holidays = {day_number(text) for text in tables.get("holidays", [])}
        for table in tables.values():
            for row in table if isinstance(table, list) else []:
                if isinstance(row, dict) and "valid_from" in row:
                    row["from_day"] = day_number(row["valid_from"])
                    row["until_day"] = day_number(row["valid_until"])

    def row(self, table, day, **wanted):
        """The row that holds on the day; a day outside the policy counts as its first or last."""
        key = (table, day, *wanted.values())
        if key not in self.known:
            self.known[key] = self.find(table, day, wanted)
        return self.known[key]

    def find(self, table, day, wanted):
        day = min(max(day, self.first), self.last)
        for row in self.tables.get(table, []):
            if row["from_day"] <= day <= row["until_day"] and all(
                row.get(key) == value for key, value in wanted.items()
            ):
                return row
        return None

    def in_hours(self, hours, civil_day, minute):
        is_free = (civil_day + 3) % 7 >= 5 or civil_day in self.holidays
        for window in hours:
            days = window["days"]
            if days == "all" or days == ("weekends" if is_free else "weekdays"):
                if minute_of(window["from"]) <= minute < minute_of(window["until"]):
                    return True
        return False

    # ---- What follows from it ----

    def fare(self, trip, size):
        """The lines of a fare, as FareLines has them, for one size of vehicle."""
        shared = trip["shared"]
        tariff = self.row(
            "tariffs", trip["day"], vehicle="small" if size == SMALL else "large",
            sharing="shared" if shared else "private",
        )
        penny = 60000 * 1000  # so that metres and milliseconds stay whole, and a discount too
        base = tariff["base_pence"] * penny
        driven = base + tariff["per_km_pence"] * trip["metres"] * (penny // 1000)
        timed = driven + tariff["per_minute_pence"] * trip["ms"] * (penny // 60000)
        raised = max(timed, tariff["minimum_pence"] * penny)
        single = min(raised, tariff["single_cap_pence"] * penny)
        national = single
        row = self.row("national_caps", trip["day"])
        if row is not None and (shared or row["sharing"] == "any"):
            national = min(single, row["single_pence"] * penny)
        hours = tariff.get("off_peak", [])
        off_peak = 0
        if hours and self.in_hours(hours, trip["civil_day"], trip["minute"]):
            off_peak = tariff["off_peak_permille"]
        fare = half_up(national * (1000 - off_peak), 1000 * penny)
        lines = {
            1: half_up(base, penny),
            2: half_up(driven, penny) - half_up(base, penny),
            3: half_up(timed, penny) - half_up(driven, penny),
            4: half_up(raised, penny) - half_up(timed, penny),
            5: half_up(raised, penny) - half_up(single, penny),
            6: half_up(single, penny) - half_up(national, penny),
            7: half_up(national, penny) - fare,
            8: 0,
            9: 0,
            10: size,
        }
        scheme = self.row("concessions", trip["day"], scheme=trip["scheme"])
        if (
            scheme is not None
            and (shared or scheme["sharing"] == "any")
            and self.in_hours(scheme["hours"], trip["civil_day"], trip["minute"])
        ):
            lines[8] = fare - half_up(fare * scheme["rider_permille"], 1000)
            lines[9] = trip["scheme"]
        return fare, lines

    def caps(self, day, number):
        row = self.row("rider_caps", day, **{"class": self.classes[number]})
        return [None if row[key] == "none" else row[key] for key in ("day_pence", "week_pence")]

    def vat_permille(self, day, size):
        return self.row("vat", day)["small_permille" if size == SMALL else "large_permille"]

    def cancel_pence(self, day, booked_ms, promised_ms, at_ms):
        row = self.row("fees", day)
        if (
            row is None
            or at_ms <= booked_ms + row["free_after_booking_s"] * 1000
            or at_ms <= promised_ms - row["free_before_pickup_s"] * 1000
        ):
            return 0
        return row["cancel_pence"]

    def no_show_pence(self, day):
        row = self.row("fees", day)
        return 0 if row is None else row["no_show_pence"]

    def lateness_pence(self, day, late_ms, charge):
        row = self.row("compensation", day)
        permille = 0
        for step in [] if row is None else row["steps"]:
            if late_ms >= step["late_s"] * 1000:
                permille = step["back_permille"]
        return half_up(charge * permille, 1000)

    def rates(self, day, hour):
        """The costs of a day: by category and unit the rate of the hour and the area."""
        result = {}
        day = min(max(day, self.first), self.last)
        for row in self.tables.get("costs", []):
            if row["from_day"] <= day <= row["until_day"]:
                rate = row.get("rate_millipence")
                if rate is None:
                    rate = row["by_hour_millipence"][hour]
                result[CATEGORIES.index(row["category"]), UNITS.index(row["per"])] = (
                    rate, row.get("area", 0),
                )
        return result
