"""All there is in texts that staff write: no tag that loads, includes, calls or repeats."""

from django import template
from django.template import defaultfilters, defaulttags

from center.templatetags import display

#: what may stand behind a placeholder
FILTERS = ("short_day", "long_day", "full_day", "clock_time", "moment", "end_moment", "won")

register = template.Library()
register.tag("if", defaulttags.do_if)
register.filter("join", defaultfilters.join)
for _name in FILTERS:
    register.filter(_name, display.register.filters[_name])
