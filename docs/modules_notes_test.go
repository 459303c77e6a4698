package docs

// note is what a page says of a module beyond what its file tells.
type note struct {
	what     string
	missing  string
	onTarget bool   // the action uses a module of another name on the target
	judge    string // what stands in for the real thing in the tests
}

// notes are those of the actions, and of modules that lack something.
var notes = map[string]note{
	"add_host":               {what: "a host of this run"},
	"assert":                 {what: "conditions that must hold"},
	"async_status":           {what: "how a job in the background is doing", onTarget: true},
	"copy":                   {what: "files and folders to the target, or from one place on it to another"},
	"dnf":                    {what: "packages and groups of rpm, by dnf's library; yum is its older name", onTarget: true},
	"dnf5":                   {what: "packages and groups of rpm, by the library of dnf 5", judge: "a library that stands in for dnf 5's"},
	"debug":                  {what: "a message or a variable"},
	"fail":                   {what: "a failure with a message"},
	"fetch":                  {what: "a file from the target"},
	"gather_facts":           {what: "the host's facts", onTarget: true, missing: "`parallel` (one module gathers all facts)"},
	"group_by":               {what: "groups made by facts"},
	"import_role":            {what: "a role, read before the run"},
	"import_tasks":           {what: "tasks, read before the run"},
	"include_role":           {what: "a role, read when its turn comes"},
	"include_tasks":          {what: "tasks, read when their turn comes"},
	"include_vars":           {what: "variables of files"},
	"meta":                   {what: "what concerns the run itself"},
	"package":                {what: "packages by the host's package manager", onTarget: true, missing: "managers other than apt, dnf and dnf5, unless a module of that name is in `library/`"},
	"package_facts":          {missing: "packages of apk, pacman, pkg, pkg_info and portage"},
	"parted":                 {missing: "disks without a table under a parted before 3.1"},
	"pause":                  {what: "a pause, or a question to the user"},
	"iptables":               {what: "rules, policies and chains of the kernel's packet filter", judge: "programs that stand in for iptables"},
	"firewalld":              {judge: "firewalld's library, and a client that stands in for the one that speaks with the daemon"},
	"lvg":                    {judge: "programs that stand in for LVM's"},
	"lvol":                   {judge: "programs that stand in for LVM's"},
	"snap":                   {judge: "a program that stands in for snap"},
	"seboolean":              {judge: "libraries that stand in for SELinux's"},
	"selinux":                {judge: "a library that stands in for SELinux's"},
	"raw":                    {what: "a command line without Python on the target"},
	"reboot":                 {what: "a restart of the host, and a wait until it is back", missing: "shutdown commands of systems other than Linux"},
	"script":                 {what: "a controller's script, without Python on the target"},
	"service":                {what: "services by the host's service manager", missing: "OpenRC, upstart, BSD"},
	"set_fact":               {what: "variables of the host"},
	"set_stats":              {what: "statistics of the run"},
	"shell":                  {what: "a command line for a shell", onTarget: true},
	"template":               {what: "a rendered file", onTarget: true},
	"user":                   {what: "accounts of the host", missing: "BSD, macOS, Solaris and their options"},
	"validate_argument_spec": {what: "arguments that a role must get"},
	"wait_for_connection":    {what: "a wait until the host can be reached"},
	"goplay_async":           {what: "starts a module in the background; goplay's own, for tasks with `async`"},
	"goplay_get_stack":       {what: "tells how the host is reached, step by step; goplay's own"},
	"filesystem":             {missing: "systems other than Linux"},
	"mount":                  {missing: "systems other than Linux"},
	"timezone":               {missing: "systems that have no timedatectl and are not of Debian's family"},
	"mitogen_fetch":          {what: "fetch, by Mitogen's name"},
	"mitogen_get_stack":      {what: "goplay_get_stack, by Mitogen's name"},
	"goplay_fetch":           {what: "what a file is like, with its content where it is small; goplay's own, for fetch"},
	"goplay_unarchive":       {what: "unpacks an archive where it is to be; goplay's own, for unarchive"},
	"goplay_transfer":        {what: "one exchange for a file's content and attributes; goplay's own, for copy, template and their like"},
}

// untested are those that only playbooks of examples and tests of other kinds reach, if at all. The page says so; a module that is new has a row.
var untested = []string{"getent", "goplay_async", "goplay_fetch", "goplay_get_stack", "goplay_transfer", "goplay_unarchive", "mitogen_fetch", "mitogen_get_stack", "package_facts", "wait_for_connection"}

// judged are a note's words for the page on what stands in for the real thing.
func (n note) judged() string {
	if n.judge == "" {
		return ""
	}
	return "; judged by " + n.judge
}
