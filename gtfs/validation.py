"""Is this feed sound? Every rule over one feed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gtfs.notices import FeedError, Notice, Severity
from gtfs.raw import RawFeed
from gtfs.reference import REQUIRED_FILES
from gtfs.rules import (
    booking_rules,
    calendars,
    fares,
    fields,
    files,
    flex,
    formats,
    headers,
    keys,
    locations,
    ranges,
    rows,
    shapes,
    stops,
    times,
    transfers,
    translations,
    trips,
)
from gtfs.rules.base import Rule

# A feed that breaks a rule in every row shall not fill the memory; the totals stay exact.
NOTICES_OF_ONE_KIND = 100

# What keeps a feed from being read at all.
FATAL: tuple[type[Rule], ...] = (
    files.MissingRequiredFile,
    files.NotUtf8,
    files.CsvParsingFailed,
    files.EmptyFile,
)

RULES: tuple[type[Rule], ...] = (
    *FATAL,
    files.MissingCalendarAndCalendarDateFiles,
    files.InvalidInputFilesInSubfolder,
    files.MissingRecommendedFile,
    files.UnknownFile,
    headers.MissingRequiredColumn,
    headers.DuplicatedColumn,
    headers.EmptyColumnName,
    headers.SupersededFlexColumn,
    headers.UnknownColumn,
    rows.InvalidRowLength,
    rows.EmptyRow,
    rows.InvalidCharacter,
    rows.NewLineInValue,
    rows.LeadingOrTrailingWhitespaces,
    rows.MoreThanOneEntity,
    fields.MissingRequiredField,
    formats.InvalidColor,
    formats.InvalidCurrency,
    fields.InvalidCurrencyAmount,
    formats.InvalidDate,
    formats.InvalidEmail,
    formats.InvalidFloat,
    formats.InvalidInteger,
    formats.InvalidLanguageCode,
    formats.InvalidTime,
    formats.InvalidTimezone,
    formats.InvalidUrl,
    fields.NumberOutOfRange,
    fields.PointNearOrigin,
    fields.PointNearPole,
    fields.UnexpectedEnumValue,
    ranges.StartAndEndRangeEqual,
    ranges.StartAndEndRangeOutOfOrder,
    keys.DuplicateKey,
    keys.DuplicateGeographyId,
    keys.ForeignKeyViolation,
    keys.InconsistentAgencyTimezone,
    keys.MissingRequiredAgencyId,
    keys.RouteBothShortAndLongNameMissing,
    keys.RouteNetworksSpecifiedInMoreThanOneFile,
    calendars.FeedWithoutServiceDates,
    calendars.ServiceHasNoActiveDayOfTheWeek,
    calendars.ServiceWithoutDates,
    stops.StopWithoutLocation,
    stops.MissingStopName,
    stops.StationWithParentStation,
    stops.LocationWithoutParentStation,
    stops.WrongParentLocationType,
    stops.LocationWithUnexpectedStopTime,
    stops.StopAccessSpecifiedForIncorrectLocation,
    stops.StopAccessSpecifiedForStopWithNoParentStation,
    stops.StopWithoutStopTime,
    stops.StopWithoutZoneId,
    times.StopTimeWithArrivalBeforePreviousDepartureTime,
    times.StopTimeWithOnlyArrivalOrDepartureTime,
    times.StopTimeTimepointWithoutTimes,
    times.MissingTripEdge,
    times.DecreasingOrEqualStopTimeDistance,
    trips.BlockTripsWithOverlappingStopTimes,
    trips.OverlappingFrequency,
    trips.UnusableTrip,
    trips.UnusedTrip,
    shapes.DecreasingShapeDistance,
    shapes.EqualShapeDistanceDiffCoordinates,
    shapes.TripDistanceExceedsShapeDistance,
    shapes.SingleShapePoint,
    shapes.UnusedShape,
    flex.ForbiddenArrivalOrDepartureTime,
    flex.ForbiddenContinuousPickupDropOff,
    flex.ForbiddenDropOffType,
    flex.ForbiddenGeographyId,
    flex.ForbiddenPickupType,
    flex.ForbiddenShapeDistTraveled,
    flex.InvalidPickupDropOffWindow,
    flex.MissingPickupOrDropOffWindow,
    flex.MissingStopTimesRecord,
    flex.OverlappingZoneAndPickupDropOffWindow,
    booking_rules.ForbiddenPriorDayBookingFieldValue,
    booking_rules.ForbiddenPriorNoticeStartDay,
    booking_rules.ForbiddenPriorNoticeStartTime,
    booking_rules.ForbiddenRealTimeBookingFieldValue,
    booking_rules.ForbiddenSameDayBookingFieldValue,
    booking_rules.InvalidPriorNoticeDurationMin,
    booking_rules.MissingPriorNoticeDurationMin,
    booking_rules.MissingPriorNoticeLastDay,
    booking_rules.MissingPriorNoticeLastTime,
    booking_rules.MissingPriorNoticeStartTime,
    booking_rules.PriorNoticeLastDayAfterStartDay,
    locations.MalformedJson,
    locations.GeoJsonDuplicatedElement,
    locations.UnsupportedGeoJsonType,
    locations.UnsupportedFeatureType,
    locations.MissingRequiredElement,
    locations.UnsupportedGeometryType,
    locations.InvalidGeometry,
    locations.DuplicateGeoJsonKey,
    fares.FareProductWithMultipleDefaultRiderCategories,
    fares.FareTransferRuleDurationLimitTypeWithoutDurationLimit,
    fares.FareTransferRuleDurationLimitWithoutType,
    fares.FareTransferRuleInvalidTransferCount,
    fares.FareTransferRuleWithForbiddenTransferCount,
    fares.FareTransferRuleWithoutTransferCount,
    fares.TimeframeOnlyStartOrEndTimeSpecified,
    fares.TimeframeOverlap,
    fares.TimeframeStartOrEndTimeGreaterThanTwentyFourHours,
    transfers.TransferWithInvalidStopLocationType,
    transfers.TransferWithInvalidTripAndRoute,
    transfers.TransferWithInvalidTripAndStop,
    translations.TranslationForeignKeyViolation,
    translations.TranslationUnexpectedValue,
    translations.TranslationUnknownTableName,
)


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules say: notices, at most NOTICES_OF_ONE_KIND for one rule, file and field, and
    the exact number of each code."""

    notices: tuple[Notice, ...]
    totals: Mapping[str, int]

    def errors(self) -> tuple[Notice, ...]:
        """Return the notices which say that the feed breaks the reference."""
        return tuple(notice for notice in self.notices if notice.severity is Severity.ERROR)

    def totals_by_severity(self) -> dict[str, dict[str, int]]:
        """Return the exact number of each code by severity, worst first."""
        severity_of = {notice.code: notice.severity for notice in self.notices}
        return {
            severity.value: {
                code: total for code, total in self.totals.items() if severity_of[code] is severity
            }
            for severity in Severity
        }


def judge(feed: RawFeed, on_date: date | None = None) -> Report:
    """Return what all rules say; with a date also which services are over on it."""
    rules: list[Rule] = [rule() for rule in RULES]
    if on_date is not None:
        rules.append(calendars.ExpiredCalendar(on_date))
    return apply(rules, feed)


def apply(rules: Iterable[Rule], feed: RawFeed) -> Report:
    """Return what some rules say, in their order."""
    notices: list[Notice] = []
    totals: dict[str, int] = {}
    for rule in rules:
        total, some = rule.apply(feed, most=NOTICES_OF_ONE_KIND)
        notices.extend(some)
        if total:
            totals[rule.code()] = total
    return Report(tuple(notices), totals)


def refuse_unreadable(feed: RawFeed) -> None:
    """Raise FeedError when the feed cannot be read at all: a required file is missing, empty or
    no CSV, or any file is not UTF-8."""
    report = apply((rule() for rule in FATAL), feed)
    required = {f"{name}.txt" for name in REQUIRED_FILES}
    not_utf8 = files.NotUtf8.code()
    fatal = [
        notice
        for notice in report.notices
        if notice.filename in required or notice.code == not_utf8
    ]
    if fatal:
        message = " ".join(notice.message for notice in fatal)
        raise FeedError(fatal[0].code, message, report.notices)
