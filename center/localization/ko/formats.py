"""Dates as Korean offices write them; used by the admin and by forms (see domain.md §4)."""

DATE_FORMAT = "Y. n. j.(D)"
SHORT_DATE_FORMAT = "Y. n. j."
DATETIME_FORMAT = "Y. n. j.(D) H:i"
SHORT_DATETIME_FORMAT = "Y. n. j. H:i"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "n. j."
YEAR_MONTH_FORMAT = "Y년 n월"
FIRST_DAY_OF_WEEK = 0
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
