package callback

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// recap prints the table of results, and the custom statistics.
func (d *Default) recap(e event.Recap) {
	d.Banner("PLAY RECAP")
	hosts := slices.Clone(e.Hosts)
	slices.SortFunc(hosts, func(a, b event.HostStats) int { return strings.Compare(a.Host, b.Host) })
	for _, h := range hosts {
		d.log(info, d.recapLine(h, false))
		_, _ = fmt.Fprintln(d.out, d.recapLine(h, d.o.Color))
	}
	d.Line("", "")
	if d.o.ShowCustomStats {
		d.customStats(e.Custom)
	}
	if d.check && d.o.CheckModeMarkers {
		d.Banner("DRY RUN")
	}
}

// The width of a host's name in the recap; with the usual colors it is the same one.
const hostColumn, paintedColumn = 26, 37

func (d *Default) recapLine(h event.HostStats, color bool) string {
	c := d.o.Colors
	var b strings.Builder
	name, column := h.Host, hostColumn
	if color {
		name, column = paint(h.Host, d.hostColor(h)), paintedColumn
	}
	b.WriteString(name + strings.Repeat(" ", max(0, column-len([]rune(name)))) + " :")
	for _, n := range []struct {
		name  string
		n     int
		color string
	}{
		{"ok", h.OK, c.OK},
		{"changed", h.Changed, c.Changed},
		{"unreachable", h.Unreachable, c.Unreachable},
		{"failed", h.Failed, c.Error},
		{"skipped", h.Skipped, c.Skip},
		{"rescued", h.Rescued, c.OK},
		{"ignored", h.Ignored, c.Warn},
	} {
		text := fmt.Sprintf("%s=%-4d", n.name, n.n)
		if color && n.n != 0 {
			text = paint(text, n.color)
		}
		b.WriteString(" " + text)
	}
	return b.String()
}

func (d *Default) hostColor(h event.HostStats) string {
	switch {
	case h.Failed > 0 || h.Unreachable > 0:
		return d.o.Colors.Error
	case h.Changed > 0:
		return d.o.Colors.Changed
	}
	return d.o.Colors.OK
}

// runStats is the key of the statistics that are of no host.
const runStats = "_run"

// customStats prints what set_stats has gathered.
func (d *Default) customStats(custom map[string]*value.Dict) {
	if len(custom) == 0 {
		return
	}
	d.Banner("CUSTOM STATS: ")
	hosts := make([]string, 0, len(custom))
	for h := range custom {
		if h != runStats {
			hosts = append(hosts, h)
		}
	}
	slices.Sort(hosts)
	for _, h := range hosts {
		d.Line("\t"+h+": "+d.statsText(custom[h]), "")
	}
	if run := custom[runStats]; run != nil {
		d.Line("", "")
		d.Line("\tRUN: "+d.statsText(run), "")
	}
	d.Line("", "")
}

func (d *Default) statsText(s *value.Dict) string {
	if d.o.ResultFormat == "yaml" {
		text := readableYAML(s, 1)
		if d.o.PrettyResults != nil && !*d.o.PrettyResults {
			text = plainYAML(s)
		}
		return strings.ReplaceAll(text, "\n", "")
	}
	return strings.ReplaceAll(jsonText(s, 1), "\n", "")
}
