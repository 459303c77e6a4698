package runner

import "testing"

// The positions are those that Python gives: print(json.loads(TEXT)["k"].encode()) fails at them.
func TestUndecoded(t *testing.T) {
	for _, row := range []struct {
		text         string
		first, count int
		char         rune
	}{
		{`{"k": "plain"}`, 0, 0, 0},
		{`{"k": "\\ud800"}`, 0, 0, 0},
		{`{"k": "\ud83d\ude00"}`, 0, 0, 0},
		{`{"k": "a\udcff\udcfeb"}`, 1, 2, 0xdcff},
		{`{"k": "\udcff"}`, 0, 1, 0xdcff},
		{`{"\ud83d\ude00": "\ud83d\ude00\"\u00e9é\udcc3"}`, 4, 1, 0xdcc3},
		{`{"k": "x\ud83d", "l": "\udcff"}`, 1, 1, 0xd83d},
		{`{"k": "x\udcff`, 1, 1, 0xdcff},
		{`{"k": "\ud`, 0, 0, 0},
	} {
		first, count, char := undecoded([]byte(row.text))
		if first != row.first || count != row.count || char != row.char {
			t.Errorf("undecoded(%s) = %d, %d, %#x; want %d, %d, %#x", row.text, first, count, char, row.first, row.count, row.char)
		}
	}
}

func TestRefuseUndecoded(t *testing.T) {
	if err := refuseUndecoded([]byte(`{"changed": true, "stdout": "a\udcff\udcfeb\u00e9", "rc": 0}`)); err == nil {
		t.Error("not refused")
	}
}
