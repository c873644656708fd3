"""Plain text of the database as blocks for ``components/prose.html``."""

from django import template

from center import prose

register = template.Library()
register.filter("blocks", prose.blocks)
