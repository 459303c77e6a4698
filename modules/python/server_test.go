package python

import (
	"compress/gzip"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// newServer serves what the HTTP cases ask for; their arguments call it $URL.
func newServer(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/text", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Two-Words", "yes")
		fmt.Fprint(w, "hello wörld\n")
	})
	mux.HandleFunc("/latin", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=iso-8859-1")
		w.Write([]byte{'h', 0xe4, '\n'})
	})
	mux.HandleFunc("/json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"a": [1, true, null], "b": {"c": "ü"}}`)
	})
	mux.HandleFunc("/badjson", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"a": `)
	})
	mux.HandleFunc("/status/", serveStatus)
	mux.HandleFunc("/redirect/", serveRedirect)
	mux.HandleFunc("/auth", serveAuth)
	mux.HandleFunc("/echo", serveEcho)
	mux.HandleFunc("/cookies", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "one", Value: "1", Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: "two", Value: "2", Path: "/"})
	})
	mux.HandleFunc("/gzip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		fmt.Fprint(z, "unpacked\n")
		z.Close()
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(3 * time.Second):
		}
	})
	mux.HandleFunc("/file.txt", serveFile)
	mux.HandleFunc("/sums", func(w http.ResponseWriter, _ *http.Request) {
		sum := sha1.Sum([]byte("content\n"))
		fmt.Fprintf(w, "%s  other.txt\n%s *file.txt\n", strings.Repeat("0", 40), hex.EncodeToString(sum[:]))
	})
	mux.HandleFunc("/attachment", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="named.txt"`)
		fmt.Fprint(w, "attached\n")
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func serveStatus(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/status/"))
	if err != nil {
		code = http.StatusBadRequest
	}
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(code)
	if code != http.StatusNoContent && code != http.StatusNotModified {
		fmt.Fprintf(w, "status %d\n", code)
	}
}

func serveRedirect(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/redirect/"))
	if err != nil {
		code = http.StatusFound
	}
	w.Header().Set("Location", "/echo")
	w.WriteHeader(code)
}

func serveAuth(w http.ResponseWriter, r *http.Request) {
	user, password, ok := r.BasicAuth()
	if !ok || user != "me" || password != "hush" {
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	fmt.Fprint(w, "welcome\n")
}

// serveEcho answers with the request, less what differs from one run to the next.
func serveEcho(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var headers []string
	for k, v := range r.Header {
		headers = append(headers, k+": "+strings.Join(v, ", "))
	}
	sort.Strings(headers)
	w.Header().Set("Content-Type", "application/json")
	data, err := json.Marshal(map[string]any{"method": r.Method, "headers": headers, "body": string(body), "query": r.URL.RawQuery})
	if err == nil {
		w.Write(data)
	}
}

func serveFile(w http.ResponseWriter, r *http.Request) {
	modified := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	http.ServeContent(w, r, "file.txt", modified, strings.NewReader("content\n"))
}
