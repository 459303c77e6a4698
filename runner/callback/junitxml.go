package callback

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// xml is the report: one suite, the tests in the order of their tasks.
func (j *JUnit) xml() string {
	var cases strings.Builder
	count := map[string]int{}
	var total time.Duration
	for _, task := range j.tasks {
		for _, test := range task.tests {
			count[test.element]++
			count["tests"]++
			total += test.took
			j.testcase(&cases, task, test)
		}
	}
	outcome := func(skipped string) string {
		return fmt.Sprintf(`%s tests="%d" time="%s"`, skipped, count["tests"], seconds(total))
	}
	broken := fmt.Sprintf(`disabled="0" errors="%d" failures="%d"`, count["error"], count["failure"])
	suite := fmt.Sprintf(`%s name="%s"%s`, broken, escaped(j.book), outcome(fmt.Sprintf(` skipped="%d"`, count["skipped"])))
	body := "\t<testsuite " + suite + "/>\n"
	if cases.Len() > 0 {
		body = "\t<testsuite " + suite + ">\n" + cases.String() + "\t</testsuite>\n"
	}
	return "<?xml version=\"1.0\" ?>\n<testsuites " + broken + outcome("") + ">\n" + body + "</testsuites>\n"
}

func (j *JUnit) testcase(b *strings.Builder, task *junitTask, test *junitTest) {
	fmt.Fprintf(b, "\t\t<testcase classname=\"%s\" name=\"%s\" time=\"%s\">\n",
		escaped(j.class(task.path)), escaped("["+test.host+"] "+task.name), seconds(test.took))
	attributes := ""
	if test.element == "failure" || test.element == "error" {
		attributes = fmt.Sprintf(` message="%s" type="%s"`, escaped(test.message), test.element)
	}
	fmt.Fprintf(b, "\t\t\t<%s%s>%s</%[1]s>\n\t\t</testcase>\n", test.element, attributes, escaped(test.text))
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// escaped is text for XML, without the characters that XML cannot hold.
func escaped(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0xfffe, r == 0xffff:
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}
