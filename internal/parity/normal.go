package parity

import (
	"regexp"
	"sort"
	"strings"
)

// mayDiffer is what no two runs agree on.
var mayDiffer = []replacement{
	{regexp.MustCompile(`\b\d:\d\d:\d\d\.\d{6}\b`), "DELTA"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\b`), "TIME"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4}`), "TIME"},
	{regexp.MustCompile(`\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~`), ".BACKUP~"},
	{regexp.MustCompile(`(/[\w./-]*)?/ansible-tmp-[\d.]+-\d+-\d+/`), "REMOTE_TMP/"},
	{regexp.MustCompile(`(/[\w./-]*)?/ansible-moduletmp-[\w.-]+/`), "REMOTE_TMP/"},
	{regexp.MustCompile(`\.ansible_tmp\w{8}`), "TMP"},
	{regexp.MustCompile(`\bj\d{5,12}\.\d+\b`), "JOB"},
	{regexp.MustCompile(`\btmp[a-z0-9_]{8}\b`), "TMP"},
	// The reference shows a template by the name of a temporary file.
	{regexp.MustCompile(`\+\+\+ after: \S+/([\w.-]+\.j2)\b`), "+++ after: TEMPLATES/$1"},
	// Its folder on the target, which goplay does not make.
	{regexp.MustCompile(`\[WARNING\]: Module remote_tmp [^\n]*\n`), ""},
	{regexp.MustCompile(`/ROW/home/\.ansible/tmp/ansible-local-[\w-]+/\w+`), "LOCAL_TMP"},
	{regexp.MustCompile(`\b1[789]\d{8}\.\d+\b`), "EPOCH"},
	{regexp.MustCompile(`\b127\.0\.\d+\.(\d+)\b`), "127.0.X.$1"},
	{regexp.MustCompile(`(?m)^(ansible[a-z-]* \[core|goplay ) ?[^\n]*\n(  [^\n]*\n)*`), "VERSION\n"},
	// The reference tells which of its own printers it does not use.
	{regexp.MustCompile(`(?m)^Skipping callback '[^\n]*\n`), ""},
	// It tells where it found the others.
	{regexp.MustCompile(`(?m)^redirecting \(type: callback\) [^\n]*\n`), ""},
	{regexp.MustCompile(`(?m)^Did you mean [^\n]*\?\n\n?`), ""}, // goplay's addition to a user's mistakes
	{regexp.MustCompile(`core 2\.19\.\d+`), "core 2.19"},
	{regexp.MustCompile(`ansible-core 2\.19\.\d+`), "ansible-core 2.19"},
}

// normal replaces what may differ in a run's output. The row's folder comes first, as
// other patterns see it under its common name.
func (r *row) normal(folder, text string) string {
	text = strings.ReplaceAll(text, folder, "/ROW")
	for _, rule := range append(append([]replacement{}, mayDiffer...), r.ignore...) {
		text = rule.pattern.ReplaceAllString(text, rule.text)
	}
	return listedHosts.ReplaceAllStringFunc(text, sortHosts)
}

// listedHosts is the part of --list-hosts that the reference gives in any order.
var listedHosts = regexp.MustCompile(`(?m)(^    hosts \(\d+\):\n)(      \S+\n)+`)

func sortHosts(list string) string {
	lines := strings.SplitAfter(list, "\n")
	sort.Strings(lines[1 : len(lines)-1]) // the last is empty
	return strings.Join(lines, "")
}

// resultLine matches the first line of a result, as the callback default writes it, and minimal and oneline.
var resultLine = regexp.MustCompile(`^(ok|changed|skipping|fatal|failed|included|FAILED|ASYNC)\b.*[:\]]|^\S+ \| [A-Z]+`)

// sortResults sorts the results below each heading. What follows a result's line stays
// with it, as does the error that is told before it.
func sortResults(text string) string {
	var out, results []string
	inError := false // an error waits for its result's line
	flush := func() {
		sort.Strings(results)
		out, results, inError = append(out, results...), nil, false
	}
	for _, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "[ERROR]: "):
			results, inError = append(results, line), true
		case inError:
			results[len(results)-1] += "\n" + line
			inError = !resultLine.MatchString(line)
		case resultLine.MatchString(line):
			results = append(results, line)
		case line == "":
			flush()
			out = append(out, line)
		case len(results) > 0:
			results[len(results)-1] += "\n" + line
		default:
			out = append(out, line)
		}
	}
	flush()
	return strings.Join(out, "\n")
}
