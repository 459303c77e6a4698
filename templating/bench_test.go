package templating_test

import (
	"iter"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// dictScope is a Scope over a dict.
type dictScope struct{ d *value.Dict }

func (s dictScope) Lookup(name string) (value.Value, bool) { return s.d.Lookup(name) }

func (s dictScope) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range s.d.Strings() {
			if !yield(k) {
				return
			}
		}
	}
}

// scopeOf makes a Scope of JSON; text with markers in it is a template.
func scopeOf(t testing.TB, json string) templating.Scope {
	t.Helper()
	v, err := value.FromJSON([]byte(json))
	if err != nil {
		t.Fatal(err)
	}
	return dictScope{trusted(v).(*value.Dict)}
}

func trusted(v value.Value) value.Value {
	switch v := v.(type) {
	case value.String:
		return templating.Trusted(string(v), source.Pos{})
	case *value.List:
		for i, e := range v.Elems {
			v.Elems[i] = trusted(e)
		}
	case *value.Dict:
		for k, e := range v.Clone().All() {
			_ = v.SetKey(k, trusted(e)) // keys of JSON are text
		}
	}
	return v
}

// condition is a conditional of a task.
const condition = "a.b is defined and a.b | int > 3"

const argument = `server {{ server_name | upper }}
listen {{ port }}
root {{ root | default('/srv') }}
line four of the argument
line five of the argument
line six of the argument
line seven of the argument
line eight of the argument
line nine of the argument
end
`

const nginx = `# {{ ansible_managed }}
user {{ nginx.user }};
worker_processes {{ nginx.workers | default(4) }};
error_log {{ nginx.log_dir }}/error.log warn;
pid /run/nginx.pid;

events {
    worker_connections {{ nginx.connections }};
}

http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout {{ nginx.keepalive }};
    gzip {{ 'on' if nginx.gzip else 'off' }};

{% for u in upstreams %}
    upstream {{ u.name }} {
{% for s in u.servers %}
        server {{ s.host }}:{{ s.port | default(80) }}{% if s.weight is defined %} weight={{ s.weight }}{% endif %};
{% endfor %}
    }
{% endfor %}

{% for v in vhosts %}
    server {
        listen {{ v.listen }}{% if v.ssl | default(false) %} ssl{% endif %};
        server_name {{ v.names | join(' ') }};
        root {{ v.root }};
        access_log {{ nginx.log_dir }}/{{ v.names | first }}.log;
{% if v.ssl | default(false) %}
        ssl_certificate /etc/ssl/{{ v.names | first }}.crt;
        ssl_certificate_key /etc/ssl/{{ v.names | first }}.key;
        ssl_protocols TLSv1.2 TLSv1.3;
{% endif %}
{% for l in v.locations %}
        location {{ l.path }} {
{% if l.proxy is defined %}
            proxy_pass {{ l.proxy }};
            proxy_set_header Host $host;
            proxy_set_header X-Real-IP $remote_addr;
{% else %}
            try_files $uri $uri/ =404;
{% endif %}
        }
{% endfor %}
    }
{% endfor %}

    server {
        listen 80 default_server;
        return 444;
    }

    include {{ nginx.conf_dir }}/*.conf;
}
# end
`

const nginxVars = `{"ansible_managed": "Ansible managed", "server_name": "web", "port": 80, "root": "/var/www", "a": {"b": "5"},
"nginx": {"user": "www-data", "log_dir": "/var/log/nginx", "connections": 1024, "keepalive": 65, "gzip": true, "conf_dir": "/etc/nginx/conf.d"},
"upstreams": [{"name": "app", "servers": [{"host": "10.0.0.1", "port": 8080, "weight": 2}, {"host": "10.0.0.2"}]}],
"vhosts": [{"listen": 443, "ssl": true, "names": ["a.example", "www.a.example"], "root": "/srv/a", "locations": [{"path": "/"}, {"path": "/api", "proxy": "http://app"}]},
{"listen": 80, "names": ["b.example"], "root": "/srv/b", "locations": [{"path": "/"}]}]}`

func BenchmarkArgument(b *testing.B) {
	e, scope := templating.New(), scopeOf(b, nginxVars)
	t := templating.Trusted(argument, source.Pos{})
	ctx := e.NewContext(scope, nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ctx.Resolve(t); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNginx(b *testing.B) {
	e, scope := templating.New(), scopeOf(b, nginxVars)
	ctx := e.NewContext(scope, nil)
	text := nginx
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ctx.RenderFile("nginx.conf.j2", text, templating.FileOptions{TrimBlocks: true}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCondition(b *testing.B) {
	e, scope := templating.New(), scopeOf(b, nginxVars)
	t := templating.ExprTemplate(condition, source.Pos{})
	ctx := e.NewContext(scope, nil)
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := ctx.Condition(t); err != nil || !ok {
			b.Fatal(ok, err)
		}
	}
}

// BenchmarkConditionHosts is the conditional of a task that many hosts evaluate, each in a view of its own.
func BenchmarkConditionHosts(b *testing.B) {
	e, scope := templating.New(), scopeOf(b, nginxVars)
	t := templating.ExprTemplate(condition, source.Pos{})
	b.ReportAllocs()
	for b.Loop() {
		for range 10_000 {
			if ok, err := e.NewContext(scope, nil).Condition(t); err != nil || !ok {
				b.Fatal(ok, err)
			}
		}
	}
}
