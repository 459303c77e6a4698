package filter

import (
	"math"
	"time"

	"github.com/goplay/goplay/templating/datetime"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func dateRows() []row {
	return []row{
		{name: "strftime", params: "second=None, utc=False", run: strftime},
		{name: "to_datetime", params: "format='%Y-%m-%d %H:%M:%S'", run: toDatetime},
	}
}

func strftime(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	layout, err := text(s, in)
	if err != nil {
		return nil, err
	}
	t := time.Now()
	if !isNone(a[0]) {
		f, ok := eval.Float(a[0])
		if txt, isText := value.Text(a[0]); isText {
			f, ok = value.ParseFloat(txt)
		}
		if !ok {
			return nil, value.Errorf("AnsibleError", "Invalid value for epoch value (%s)", a[0])
		}
		whole, frac := math.Modf(f)
		t = time.Unix(int64(whole), int64(frac*1e9))
	}
	if a[1].Truth() {
		t = t.UTC()
	}
	return value.String(value.Strftime(t, layout)), nil
}

func toDatetime(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	return orNil(datetime.Parse(t, a[0].String()))
}

func orNil(d value.DateTime, err error) (value.Value, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}
