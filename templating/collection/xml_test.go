package collection

import (
	"testing"

	"github.com/goplay/goplay/templating/value"
)

// What is read from XML can be written, and is the same when it is read again.
func FuzzXML(f *testing.F) {
	for _, s := range []string{"<a/>", "<a b='1'>t<c/>u</a>", "<n:a xmlns:n='u'><n:b>&lt;</n:b></n:a>", "<a><b>1</b><b/></a>", "<a>", "<!DOCTYPE a><a><![CDATA[<]]></a>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := parseXML(s)
		if err != nil {
			return
		}
		w := &xmlWriter{}
		if err := w.document(v.(value.Mapping), true); err != nil {
			return // a name that XML allows only by a mistake of its reader
		}
		again, err := parseXML(w.text.String())
		if err != nil || !value.Equal(v, again) {
			t.Errorf("%q is %s, written %q, and that is %v, %v", s, v, w.text.String(), again, err)
		}
	})
}
