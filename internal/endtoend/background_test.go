package endtoend

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goplay/goplay/internal/lab"
)

// fires starts a job on each host and then goes on with something long.
const fires = `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - name: fire
      shell: sleep 8.5; echo survived
      async: 60
      poll: 0
    - command: sleep 3333
-- after.yml --
- hosts: all
  gather_facts: false
  tasks:
    - shell: ls ~/.ansible_async
      register: jobs
    - async_status: jid={{ jobs.stdout }}
      register: job
      until: job is finished
      retries: 30
      delay: 1
    - debug: msg="job says {{ job.stdout }}"
    - async_status: jid={{ jobs.stdout }} mode=cleanup
    - shell: ls ~/.ansible_async | wc -l
      register: left
    - debug: msg="{{ left.stdout }} left"
`

// A job outlives goplay, its agents and the line, however these end. The next run finds it by its file.
func TestJobOutlivesAll(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, u *underway, l *lab.Lab){
		"goplay killed":      func(_ *testing.T, u *underway, _ *lab.Lab) { u.signal(syscall.SIGKILL) },
		"goplay interrupted": func(_ *testing.T, u *underway, _ *lab.Lab) { u.signal(syscall.SIGINT).exits(99) },
		"the session killed": func(t *testing.T, u *underway, l *lab.Lab) {
			onAll(t, l, killSession)
			u.signal(syscall.Signal(0)).exits(4)
		},
		"the agent killed": func(t *testing.T, u *underway, l *lab.Lab) {
			onAll(t, l, "pkill -KILL -o -f goplay-agent; pkill -x -f 'sleep 3333'; true")
			u.signal(syscall.Signal(0)).exits(4)
		},
	} {
		for _, become := range []string{"", "-b"} {
			t.Run(strings.TrimSpace(name+" "+become), func(t *testing.T) {
				p, l := onLab(t, "deploy", fires)
				args := strings.Fields(become)
				u := p.start(args...)
				for i := 1; i <= l.Len(); i++ {
					eventually(t, 15*time.Second, "the task runs", func() bool { return runs(t, l, i, "sleep 3333") })
				}
				end(t, u, l)
				if !runs(t, l, 1, "sleep 8.5") {
					t.Error("the job has ended, too")
				}
				p.run(append([]string{"after.yml", "-i", "hosts"}, args...)...).exits(0).says("job says survived", "0 left").recap("h1 failed=0", "h2 failed=0")
				leavesNothing(t, l, 2*time.Second)
			})
		}
	}
}

func onAll(t *testing.T, l *lab.Lab, command string) {
	t.Helper()
	for i := 1; i <= l.Len(); i++ {
		if _, err := l.Exec(i, "sh", "-c", command); err != nil {
			t.Fatal(err)
		}
	}
}

// Between two questions nothing is under way to a host: a line that breaks then is opened anew.
func TestLineLostBetweenPolls(t *testing.T) {
	p, l := onLab(t, "deploy", `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - shell: sleep 5.5; echo survived
      async: 60
      poll: 3
`)
	u := p.start("-v")
	for i := 1; i <= l.Len(); i++ {
		eventually(t, 15*time.Second, "the job runs", func() bool { return runs(t, l, i, "sleep 5.5") })
	}
	time.Sleep(time.Second) // goplay has been told that the jobs have started, and has not asked yet
	onAll(t, l, killSession)
	u.signal(syscall.Signal(0)).exits(0).says("ASYNC OK on h1", "ASYNC OK on h3", `"stdout": "survived"`)
	leavesNothing(t, l, 2*time.Second)
}

// ^C while goplay waits for a job ends the waiting, and leaves the job alone.
func TestInterruptBetweenPolls(t *testing.T) {
	p, l := onLab(t, "deploy", strings.Replace(fires, "poll: 0", "poll: 20", 1))
	u := p.start()
	for i := 1; i <= l.Len(); i++ {
		eventually(t, 15*time.Second, "the job runs", func() bool { return runs(t, l, i, "sleep 8.5") })
	}
	u.signal(syscall.SIGINT).exits(99).within(2 * time.Second).never("FAILED")
	p.run("after.yml", "-i", "hosts").exits(0).says("job says survived")
	leavesNothing(t, l, 2*time.Second)
}

// A job holds no fork: with one of them, the jobs of all hosts run at the same time. When they have taken too long, they are killed with
// all that they started.
func TestJobsHoldNoFork(t *testing.T) {
	p, l := onLab(t, "deploy", `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - shell: sleep 3333 & sleep 3334; echo never
      async: 2
      poll: 0
`)
	t.Cleanup(func() { _ = l.Reset() }) // the jobs' files stay
	p.run("site.yml", "-i", "hosts", "-f", "1").exits(0).within(6*time.Second).recap("h1 changed=1", "h3 changed=1")
	for i := 1; i <= l.Len(); i++ {
		eventually(t, 3*time.Second, "the job runs", func() bool { return runs(t, l, i, "sleep 3333") })
	}
	leavesNothing(t, l, 15*time.Second)
}
