package endtoend

import (
	"bytes"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/goplay/goplay/connection/conntest"
	"github.com/goplay/goplay/internal/kdc"
	"github.com/goplay/goplay/internal/windows"
	"github.com/goplay/goplay/internal/wsman"
)

// onWindows is a project whose inventory "hosts" has names of one Windows machine, reached by winrm and psrp.
func onWindows(t *testing.T, quotas wsman.Quotas, names, archive string) (*project, *windows.Machine) {
	t.Helper()
	return onMachine(t, wsman.Options{Quotas: quotas}, names, archive)
}

func onMachine(t *testing.T, o wsman.Options, names, archive string) (*project, *windows.Machine) {
	t.Helper()
	o.Users = map[string]string{"ann": "pw"}
	m := windows.Start(t, o)
	p := newProject(t, archive)
	_, port, _ := strings.Cut(m.Listener.Addr().String(), ":")
	p.write("hosts", fmt.Sprintf("[winrm]\nw%s ansible_connection=winrm\n[psrp]\np%s ansible_connection=psrp\n[all:vars]\nansible_host=127.0.0.1\nansible_port=%s\nansible_user=ann\n"+
		"ansible_password=pw\nansible_winrm_scheme=http\nansible_winrm_transport=ntlm\nansible_psrp_protocol=http\n", names, names, port))
	return p, m
}

const windowsPlay = `
-- s.ps1 --
$args
exit 3
-- t.j2 --
Hello {{ inventory_hostname }}
-- tree/sub/two --
2
-- site.yml --
- hosts: all
  vars: {home: 'C:\Users\ann'}
  tasks:
    - assert: {that: ansible_os_family == 'Windows' and ansible_hostname == 'WIN1' and ansible_date_time.year is defined}
    - win_ping: {data: ä}
      register: r
      failed_when: r.ping != 'ä' or r is changed
    - ansible.windows.win_command: cmd /c echo hi
      register: r
      failed_when: r.stdout_lines != ['hi'] or r is not changed or r.rc != 0
    - win_command: {argv: [cmd, /c, set, WHO]}
      environment: {WHO: "{{ inventory_hostname }}"}
      register: r
      failed_when: r.stdout != 'WHO=' ~ inventory_hostname ~ '\r\n'
    - win_command: cmd /c exit {{ item }}
      loop: [0, 3]
      register: r
      failed_when: r.rc != item
    - win_shell: "'one'; exit 3"
      register: r
      failed_when: r.rc != 3 or r.stdout_lines != ['one']
    - win_shell: cmd /c pause
      timeout: 1
      register: r
      ignore_errors: true
    - assert: {that: r.timedout is defined}
    - win_copy: {content: "{{ inventory_hostname }}", dest: '{{ home }}\{{ inventory_hostname }}.txt'}
      check_mode: true
      register: r
      failed_when: r is not changed
    - win_stat: {path: '{{ home }}\{{ inventory_hostname }}.txt'}
      register: r
      failed_when: r.stat.exists
    - win_copy: {content: "{{ inventory_hostname }}", dest: '{{ home }}\{{ inventory_hostname }}.txt'}
      loop: [changed, again]
      register: r
      failed_when: (r is changed) != (item == 'changed')
    - win_copy: {src: big.bin, dest: '{{ home }}\{{ inventory_hostname }}\'}
      register: r
      failed_when: r is not changed or r.size != 2000000 or r.checksum != lookup('file', 'big.bin', rstrip=false) | hash('sha1')
    - win_copy: {src: tree, dest: '{{ home }}\{{ inventory_hostname }}'}
      loop: [changed, again]
      register: r
      failed_when: (r is changed) != (item == 'changed') or r.operation != 'folder_copy'
    - fetch: {src: '{{ home }}\{{ inventory_hostname }}\big.bin', dest: "{{ inventory_hostname }}.bin", flat: true}
    - win_template: {src: t.j2, dest: '{{ home }}\{{ inventory_hostname }}.txt', backup: true}
      register: r
      failed_when: r.backup_file is not defined
    - slurp: {src: '{{ home }}\{{ inventory_hostname }}.txt'}
      register: r
      failed_when: r.content | b64decode != 'Hello ' ~ inventory_hostname ~ '\r\n'
    - win_file: {path: '{{ home }}\{{ inventory_hostname }}', state: absent}
      register: r
      failed_when: r is not changed
    - wait_for_connection: {timeout: 10}
    - script: s.ps1 one 'two three'
      environment: {WHO: me}
      register: r
      failed_when: r.rc != 3 or r.stdout_lines != ['one', 'two three'] or r is not changed
    - script: s.ps1
      args: {creates: '{{ home }}'}
      register: r
      failed_when: r is not skipped
    - script: s.ps1
      check_mode: true
      register: r
      failed_when: r is not skipped
    - win_reboot: {msg: it's time}
      when: inventory_hostname == 'w1'
      register: r
      failed_when: r is not changed or not r.rebooted
    - meta: reset_connection
    - win_reboot: {test_command: whoami}
      when: inventory_hostname == 'p1'
      register: r
      failed_when: r is not changed or not r.rebooted
    - meta: reset_connection
    - win_command: cmd /c echo slow
      async: 20
      poll: 0
      register: job
      failed_when: job.finished or not job.started
    - async_status: {jid: "{{ job.ansible_job_id }}"}
      register: r
      until: r.finished
      retries: 50
      delay: 0.1
      failed_when: r.stdout_lines != ['slow'] or r.rc != 0 or 'ansible_async' not in r.results_file
    - win_shell: Start-Sleep 10
      async: 1
      poll: 0
      register: job
    - async_status: {jid: "{{ job.ansible_job_id }}"}
      register: r
      until: r.finished
      retries: 50
      delay: 0.1
      failed_when: r.msg != 'timed out waiting for module completion'
    - async_status: {jid: "{{ job.ansible_job_id }}", mode: cleanup}
      register: r
      failed_when: r.erased is not defined
    - async_status: {jid: "{{ job.ansible_job_id }}"}
      register: r
      failed_when: r.msg != 'could not find job' or not r.finished
    - win_ping: {data: crash}
      async: 20
      poll: 1
      register: r
      failed_when: "'boom' not in r.msg"
    - win_ping:
      delegate_to: "{{ groups.all | difference([inventory_hostname]) | first }}"
    - ignore_errors: true
      block:
      - command: ls
        register: by_python
      - reboot:
        register: by_sh
      - win_ping:
        become: true
        register: by_sudo
      - win_ping:
        delegate_to: localhost
        vars: {ansible_connection: local}
        register: here
    - assert:
        that:
          - "'The action command cannot run on a Windows host' in by_python.msg"
          - "'The action reboot cannot run on a Windows host' in by_sh.msg"
          - "'become (sudo) is not supported on Windows hosts yet' in by_sudo.msg"
          - "'is for Windows hosts' in here.msg"
`

// What runs on Windows hosts, over both transports, and what is refused there.
func TestWindowsModules(t *testing.T) {
	p, m := onWindows(t, wsman.Quotas{}, "1", windowsPlay)
	big := bytes.Repeat([]byte("0123456789\x00\xff"), 2000000/12+1)[:2000000]
	p.write("big.bin", string(big))
	o := p.run("site.yml", "-i", "hosts")
	if o.exit != 0 {
		t.Fatalf("exit code %d\n%s%s", o.exit, o.stdout, o.stderr)
	}
	for _, name := range []string{"w1", "p1"} {
		if data, err := os.ReadFile(filepath.Join(p.dir, name+".bin")); err != nil || !bytes.Equal(data, big) {
			t.Errorf("%s: %d bytes were fetched, %v", name, len(data), err)
		}
	}
	if c := m.Counts(); c.OpenShells != 0 || c.RunningCommands != 0 {
		t.Errorf("left open: %+v", c)
	}
}

const windowsScripts = `
-- library/win_own.ps1 --
#!powershell
#AnsibleRequires -PowerShell Ansible.ModuleUtils.Said
#AnsibleRequires -PowerShell Ansible.ModuleUtils.None -Optional
$result = @{ said = (Get-Said $complex_args.word); check = $complex_args._ansible_check_mode; who = [Environment]::UserName }
$result.changed = $complex_args.word -eq 'change'
ConvertTo-Json $result
if ($complex_args.word -eq 'die') { exit 3 }
-- library/win_ping.ps1 --
#!powershell
#Requires -Module Ansible.ModuleUtils.Said
'{"ping": "from the library"}'
-- library/win_lost.ps1 --
#!powershell
#AnsibleRequires -CSharpUtil Ansible.Nowhere
-- library/win_silent.ps1 --
#!powershell
#Requires -Module Ansible.ModuleUtils.Said
'nothing to say'
-- module_utils/Ansible.ModuleUtils.Said.psm1 --
#AnsibleRequires -CSharpUtil Ansible.Some
Function Get-Said($Word) { return "$Word, said" }
-- home/.local/lib/python3.9/site-packages/ansible/module_utils/powershell/Ansible.ModuleUtils.AddType.psm1 --
Function Add-CSharpType { param($References) $env:COMPILED = @($References).Count }
-- home/.local/lib/python3.9/site-packages/ansible/module_utils/csharp/Ansible.Some.cs --
using System;
namespace Ansible.Some { }
-- collections/ansible_collections/a/b/plugins/modules/win_c.ps1 --
#!powershell
#AnsibleRequires -PowerShell ..module_utils.deep
@{ a = Get-Deep; list = @($complex_args.list); changed = $false } | ConvertTo-Json
-- collections/ansible_collections/a/b/plugins/module_utils/deep.psm1 --
function Get-Deep { 'deep' }
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - win_own: {word: "{{ item }}"}
      loop: [one, change]
      register: r
      failed_when: r.said != item ~ ', said' or r.check or (r is changed) != (item == 'change')
    - win_own: {word: die}
      check_mode: true
      register: r
      failed_when: r.said != 'die, said' or not r.check
    - win_ping:
      register: r
      failed_when: r.ping != 'from the library'
    - ansible.windows.win_ping:
      register: r
      failed_when: r.ping != 'pong'
    - win_own: {word: later}
      async: 20
      poll: 1
      register: r
      failed_when: r.said != 'later, said' or r.ansible_job_id is not defined
    - a.b.win_c: {list: [1, x]}
      register: r
      failed_when: r.a != 'deep' or r.list != [1, 'x']
    - ignore_errors: true
      block:
      - win_lost:
        register: lost
      - win_silent:
        register: silent
    - assert:
        that:
          - "'could not find the module_utils' in lost.msg and 'Ansible.Nowhere' in lost.msg"
          - "silent.msg is search('deserialization failed: No start of json char') and silent.module_stdout == 'nothing to say\\r\\n'"
`

// PowerShell modules of users and of collections run in a PowerShell of their own, whose texts are sent once to a machine.
func TestWindowsScripts(t *testing.T) {
	p, m := onWindows(t, wsman.Quotas{}, "1", windowsScripts)
	if o := p.run("site.yml", "-i", "hosts"); o.exit != 0 {
		t.Fatalf("exit code %d\n%s%s", o.exit, o.stdout, o.stderr)
	}
	kept, _ := filepath.Glob(filepath.Join(m.Root, "Users/ann/AppData/Local/goplay/*.txt"))
	if len(kept) != 8 { // 4 modules, 3 texts in PowerShell that they need, and one in C#
		t.Errorf("%d texts are kept", len(kept))
	}
	before := m.Counts().Messages["Send"]
	if o := p.run("site.yml", "-i", "hosts"); o.exit != 0 {
		t.Fatalf("exit code %d\n%s%s", o.exit, o.stdout, o.stderr)
	}
	if again := m.Counts().Messages["Send"] - before; again >= before {
		t.Errorf("%d messages with input, and %d before", again, before)
	}
	if err := os.WriteFile(kept[0], []byte("throw 'evil'"), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := p.run("site.yml", "-i", "hosts"); o.exit != 0 {
		t.Errorf("a text that was changed is taken:\n%s%s", o.stdout, o.stderr)
	}
}

const manyPings = `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - win_ping:
    - raw: whoami
    - win_ping:
`

// Fifty names of one machine, all at one time, have one shell for each transport; of four runs at once some wait until others give their shells back.
func TestManyWindowsNames(t *testing.T) {
	p, m := onWindows(t, wsman.Quotas{MaxShellsPerUser: 3}, "[01:50]", manyPings)
	var runs sync.WaitGroup
	for _, names := range []string{"w*", "p*", "w[0-2]*:p[3-5]*", "all"} {
		runs.Go(func() {
			if o := p.run("site.yml", "-i", "hosts", "-f", "50", "-l", names); o.exit != 0 || strings.Contains(o.stdout+o.stderr, "quota") {
				t.Errorf("exit code %d\n%s%s", o.exit, o.stdout, o.stderr)
			}
		})
	}
	runs.Wait()
	if c := m.Counts(); c.Shells < 6 || c.MostShells > 3 || c.OpenShells != 0 {
		t.Errorf("%+v", c)
	}
}

const byTickets = `
-- site.yml --
- hosts: all
  gather_facts: false
  vars: {ansible_host: localhost, ansible_winrm_transport: kerberos, ansible_psrp_auth: kerberos}
  tasks:
    - win_ping: {data: "{{ 'x' * 50000 }}"}
    - raw: whoami
    - meta: reset_connection
    - win_ping:
      vars: {ansible_password: "", ansible_winrm_keytab: "{{ keytab }}"}
      when: inventory_hostname == 'w1'
    - win_ping:
      vars: {ansible_winrm_kinit_mode: manual}
      when: inventory_hostname == 'w1'
- hosts: all
  gather_facts: false
  vars: {ansible_host: localhost, ansible_winrm_transport: kerberos, ansible_psrp_auth: kerberos}
  ignore_unreachable: true
  tasks:
    - win_ping:
      vars: {ansible_winrm_kerberos_hostname_override: nowhere, ansible_psrp_negotiate_hostname_override: nowhere}
      register: host
    - win_ping:
      vars: {ansible_winrm_service: none, ansible_psrp_negotiate_service: none}
      register: service
    - win_ping:
      vars: {ansible_password: wrong}
      register: password
    - assert:
        that:
          - "'/nowhere' in host.msg"
          - "'none/localhost' in service.msg"
          - "'the specified credentials were rejected by the server' in password.msg or 'Failed to authenticate the user ann with kerberos' in password.msg"
`

// Logins by Kerberos: passwords, keytabs and tickets of kinit; wrong names and passwords.
func TestWindowsByKerberos(t *testing.T) {
	c := kdc.Start(t)
	c.User("ann", "pw")
	c.Tickets("ann", c.Keytab("ann"))
	p, m := onMachine(t, wsman.Options{Keytab: c.Keytab("HTTP/localhost", "WSMAN/localhost")}, "1", byTickets)
	p.env = append(p.env, "KRB5_CONFIG="+os.Getenv("KRB5_CONFIG"), "KRB5CCNAME="+os.Getenv("KRB5CCNAME"))
	o := p.run("site.yml", "-i", "hosts", "-e", "keytab="+c.Keytab("ann"))
	if o.exit != 0 {
		t.Fatalf("exit code %d\n%s%s", o.exit, o.stdout, o.stderr)
	}
	if n := m.Counts(); n.Logins != 4 || n.FailedLogins != 0 || n.OpenShells != 0 {
		t.Errorf("%+v", n)
	}
}

const overSSH = `
-- site.yml --
- hosts: all
  tasks:
    - assert: {that: ansible_os_family == 'Windows'}
    - win_ping: {data: ä}
      register: r
      failed_when: r.ping != 'ä'
    - raw: cmd /c echo raw & exit 3
      register: r
      failed_when: r.rc != 3 or r.stdout_lines != ['raw']
    - win_shell: "'one'; exit 4"
      environment: {WHO: me}
      register: r
      failed_when: r.rc != 4 or r.stdout_lines != ['one']
    - win_copy: {src: big.bin, dest: 'C:\{{ inventory_hostname }}'}
      register: r
      failed_when: r.size != 2000000
    - fetch: {src: 'C:\{{ inventory_hostname }}', dest: got.bin, flat: true}
    - win_command: cmd /c pause
      timeout: 1
      register: r
      ignore_errors: true
    - assert: {that: r.timedout is defined}
    - script: s.ps1 a
      register: r
      failed_when: r.stdout_lines != ['a']
    - win_own:
      register: r
      failed_when: r.own != 1
    - win_shell: exit 0
      async: 20
      poll: 1
    - meta: reset_connection
    - win_ping:
    - win_ping:
      loop: "{{ range(20) | list }}"
    - win_ping:
      become: true
      become_user: joe
      register: r
      ignore_errors: true
    - assert: {that: "'become (sudo) is not supported' in r.msg"}
-- s.ps1 --
$args
-- library/win_own.ps1 --
#!powershell
'{"own": 1}'
`

// Windows machines are reached over ssh, too: a real sshd, behind which the machine of the tests runs command lines.
func TestWindowsOverSSH(t *testing.T) {
	root := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	s := conntest.StartSSHD(t, fmt.Sprintf("ForceCommand GOPLAY_WINDOWS_ROOT=%s %s", root, self))
	p := newProject(t, overSSH)
	big := bytes.Repeat([]byte("0123456789"), 200000)
	p.write("big.bin", string(big))
	for _, kind := range []string{"powershell", "cmd"} {
		p.write("hosts", fmt.Sprintf("w[1:3] ansible_host=127.0.0.1 ansible_port=%d ansible_user=%s ansible_shell_type=%s ansible_ssh_private_key_file=%s ansible_host_key_checking=false\n", s.Port, me.Username, kind, s.Path("key")))
		if o := p.run("site.yml", "-i", "hosts"); o.exit != 0 {
			t.Fatalf("%s: exit code %d\n%s%s", kind, o.exit, o.stdout, o.stderr)
		}
		if got, _ := os.ReadFile(filepath.Join(p.dir, "got.bin")); !bytes.Equal(got, big) {
			t.Errorf("%s: %d bytes were fetched", kind, len(got))
		}
	}
	if n := strings.Count(s.Log(), "Accepted publickey"); n != 4 {
		t.Errorf("%d logins, of three names in two runs with a reset each", n)
	}
}
