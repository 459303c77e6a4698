package filter

import (
	"math/rand/v2"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/mersenne"
	"github.com/goplay/goplay/templating/value"
)

func randomRows() []row {
	return []row{
		{name: "random", params: "start=None, step=None, seed=None", run: randomOfAnsible},
		{name: "shuffle", params: "seed=None", run: shuffle},
	}
}

// below gives random numbers in [0, n).
type below func(n int) int

func picker(seed value.Value) below {
	if isNone(seed) {
		return rand.IntN
	}
	return mersenne.New(seed).Below
}

func randomOfAnsible(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	pick := picker(a[2])
	end, err := intArg(in)
	if err == nil {
		return randomNumber(pick, end, a)
	}
	if !isNone(a[0]) || !isNone(a[1]) {
		return nil, value.Errorf("AnsibleFilterError", "start and step can only be used with integer values")
	}
	elems, err := elements(s, in)
	if err != nil {
		return nil, value.Errorf("AnsibleFilterError", "random can only be used on sequences and integers")
	}
	if len(elems) == 0 {
		return nil, value.Errorf("IndexError", "Cannot choose from an empty sequence")
	}
	return elems[pick(len(elems))], nil
}

func randomNumber(pick below, end int, a []value.Value) (value.Value, error) {
	start, step := 0, 1
	for i, p := range []*int{&start, &step} {
		if isNone(a[i]) || !a[i].Truth() {
			continue
		}
		n, err := intArg(a[i])
		if t, isText := value.Text(a[i]); isText && i == 0 {
			return nil, value.ValueError("invalid literal for int() with base 10: %s", value.Repr(value.String(t)))
		} else if isText {
			return nil, value.TypeError("non-integer step for randrange()")
		}
		if err != nil {
			return nil, err
		}
		*p = n
	}
	n := 0
	switch {
	case step > 0:
		n = (end - start + step - 1) / step
	case step < 0:
		n = (end - start + step + 1) / step
	}
	if n <= 0 {
		return nil, value.ValueError("empty range for randrange() (%d, %d, %d)", start, end, step)
	}
	return value.Int(start + step*pick(n)), nil
}

func shuffle(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return in, nil
	}
	out := append([]value.Value(nil), elems...)
	pick := picker(a[0])
	for i := len(out) - 1; i > 0; i-- {
		j := pick(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return list(out), nil
}
