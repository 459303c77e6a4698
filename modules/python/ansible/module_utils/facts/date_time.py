"""The clock, in every form that templates ask for."""
import time


def collect(context):
    stamp = time.time()
    return {'date_time': describe(stamp)}


def describe(stamp):
    """All the forms of one moment, local and UTC."""
    local = time.localtime(stamp)
    micro = '%06d' % int(stamp % 1 * 1000000)
    utc = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(stamp))
    facts = {name: time.strftime(form, local) for name, form in FORMS}
    facts['epoch_int'] = facts['epoch'] = str(int(stamp))
    facts['iso8601_micro'] = '%s.%sZ' % (utc, micro)
    facts['iso8601'] = utc + 'Z'
    facts['iso8601_basic'] = facts['iso8601_basic_short'] + micro
    facts['tz_dst'] = time.tzname[1]
    return facts


FORMS = (
    ('year', '%Y'),
    ('month', '%m'),
    ('weekday', '%A'),
    ('weekday_number', '%w'),
    ('weeknumber', '%W'),
    ('day', '%d'),
    ('hour', '%H'),
    ('minute', '%M'),
    ('second', '%S'),
    ('date', '%Y-%m-%d'),
    ('time', '%H:%M:%S'),
    ('iso8601_basic_short', '%Y%m%dT%H%M%S'),
    ('tz', '%Z'),
    ('tz_offset', '%z'),
)
