package payload

// moved are modules that were builtin once, by the collections that have them now: the redirects of ansible-core 2.19 for the modules
// that goplay has, or that are used most.
var moved = map[string]string{
	"acl": posix, "at": posix, "authorized_key": posix, "firewalld": posix, "mount": posix, "patch": posix, "seboolean": posix, "selinux": posix,
	"synchronize": posix, "sysctl": posix,

	"alternatives": general, "apache2_module": general, "archive": general, "capabilities": general, "filesystem": general, "gem": general,
	"git_config": general, "htpasswd": general, "ini_file": general, "locale_gen": general, "lvg": general, "lvol": general, "make": general,
	"modprobe": general, "npm": general, "pam_limits": general, "parted": general, "snap": general, "supervisorctl": general,
	"timezone": general, "ufw": general, "xml": general,
}

const posix, general = "ansible.posix", "community.general"
