package lookup

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/format"
	"github.com/goplay/goplay/templating/value"
)

type sequenceSpec struct {
	start, end, count, stride int
	hasEnd, hasCount          bool
	format                    string
}

var shortSequence = regexp.MustCompile(`^(?:(0?x?[0-9a-fA-F]+)-)?(0?x?[0-9a-fA-F]+)(?:/(-?0?x?[0-9a-fA-F]+))?(?::(.+))?$`)

func sequence(c *Call) ([]value.Value, error) {
	terms, err := c.texts()
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		terms = []string{""}
	}
	var out []value.Value
	for _, t := range terms {
		s := sequenceSpec{start: 1, stride: 1, format: "%d"}
		if err := s.read(c, t); err != nil {
			return nil, err
		}
		numbers, err := s.numbers()
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			text, err := format.Percent(s.format, value.Int(n))
			if err != nil {
				return nil, failf("bad formatting string: %s", s.format)
			}
			out = append(out, value.String(text))
		}
	}
	return out, nil
}

func (s *sequenceSpec) read(c *Call, term string) error {
	for k, v := range c.Opts.Strings() {
		if err := s.set(k, v.String()); err != nil {
			return err
		}
	}
	if m := shortSequence.FindStringSubmatch(strings.TrimSpace(term)); m != nil {
		for i, k := range []string{"start", "end", "stride", "format"} {
			if m[i+1] != "" {
				if err := s.set(k, m[i+1]); err != nil {
					return err
				}
			}
		}
		return nil
	}
	words, err := source.Words(term)
	if err != nil {
		return err
	}
	for _, w := range words {
		k, v, ok := source.Pair(w)
		if !ok {
			return failf("unrecognized arguments to with_sequence: ['_raw_params']")
		}
		if err := s.set(k, v); err != nil {
			return err
		}
	}
	return nil
}

func (s *sequenceSpec) set(key, text string) error {
	if key == "format" {
		s.format = text
		return nil
	}
	targets := map[string]*int{"start": &s.start, "end": &s.end, "count": &s.count, "stride": &s.stride}
	p, ok := targets[key]
	if !ok {
		return failf("unrecognized arguments to with_sequence: ['%s']", key)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return failf("Config '%s' for 'sequence' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'integer': %s",
			key, value.Repr(value.String(text)))
	}
	*p = n
	s.hasEnd = s.hasEnd || key == "end"
	s.hasCount = s.hasCount || key == "count"
	return nil
}

func (s *sequenceSpec) numbers() ([]int, error) {
	switch {
	case !s.hasCount && !s.hasEnd:
		return nil, failf("must specify count or end in with_sequence")
	case s.hasCount && s.hasEnd:
		return nil, failf("can't specify both count and end in with_sequence")
	case s.hasCount && s.count == 0:
		return nil, nil
	case s.hasCount:
		s.end = s.start + s.count*s.stride - s.stride
	}
	if s.stride > 0 && s.end < s.start {
		return nil, failf("to count backwards make stride negative")
	}
	if s.stride < 0 && s.end > s.start {
		return nil, failf("to count forward don't make stride negative")
	}
	if s.stride == 0 {
		return nil, nil
	}
	if (s.end-s.start)/s.stride > maxItems {
		return nil, failf("the sequence has more than %d elements", maxItems)
	}
	var out []int
	for n := s.start; s.stride > 0 && n <= s.end || s.stride < 0 && n >= s.end; n += s.stride {
		out = append(out, n)
	}
	return out, nil
}
