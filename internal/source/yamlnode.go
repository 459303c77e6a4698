package source

// mistake is a place where a value should begin and cannot.
type mistake struct {
	at     int  // offset; -1: none found
	inFlow bool // within [] or {}
}

// misplaced finds the first comma or bracket where a value must begin, or the end of the text where a list or mapping in brackets is open.
func misplaced(data []byte) mistake {
	w := walk{begins: true}
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch {
		case c == '#' && (i == 0 || isBlank(data[i-1])):
			i = endOfLine(data, i) - 1
		case c == '\n':
			w.begins = w.begins || len(w.open) == 0
		case isBlank(c):
		case w.begins && (c == '"' || c == '\''):
			i += max(len(quotedText.Find(data[i:])), 1) - 1
			w.begins = false
		case w.wrong(c):
			return mistake{i, len(w.open) > 0}
		default:
			w.take(c, i+1 == len(data) || isBlank(data[i+1]) || data[i+1] == '\n')
		}
	}
	if len(w.open) > 0 {
		return mistake{len(data), true}
	}
	return mistake{-1, false}
}

// walk is where a walk through a text is.
type walk struct {
	open   []byte // the brackets that are open
	begins bool   // a value may begin here
	after  byte   // the sign before it: a bracket, a comma, a colon or a dash
}

func (w *walk) wrong(c byte) bool {
	if !w.begins {
		return false
	}
	if len(w.open) == 0 {
		return c == ',' || c == ']' || c == '}'
	}
	in := w.open[len(w.open)-1]
	switch c {
	case ',':
		return w.after != ':'
	case ']':
		return in == '{'
	case '}':
		return in == '['
	}
	return false
}

// take moves on over a character; apart tells that white space follows it.
func (w *walk) take(c byte, apart bool) {
	switch {
	case w.begins && (c == '[' || c == '{'):
		w.open = append(w.open, c)
		w.after = c
		return
	case len(w.open) > 0 && (c == ']' || c == '}'):
		w.open = w.open[:len(w.open)-1]
		w.begins = false
		return
	case len(w.open) > 0 && c == ',', c == ':' && apart, w.begins && apart && (c == '-' || c == '?'):
		w.begins, w.after = true, c
		return
	}
	w.begins = false
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func endOfLine(data []byte, at int) int {
	for at < len(data) && data[at] != '\n' {
		at++
	}
	return at
}
