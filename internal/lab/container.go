package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Container is a container or root of the lab's Debian for one test.
type Container struct {
	Name string   // as its program knows it; for "chroot" the folder
	Env  []string // what the program needs to find it

	dir string
}

// StartContainer makes a container with one of "docker", "podman", "buildah", "lxc" and "chroot", and removes it when the test ends. Images
// are made of the lab's base; no registry is asked. The test is skipped with the reason where that can't be: without root, or without the
// programs.
func StartContainer(t testing.TB, kind string) *Container {
	t.Helper()
	if testing.Short() {
		t.Skip("containers are made anew for every test")
	}
	maker := makers[kind]
	for _, program := range maker.programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("there is no %s", program)
		}
	}
	base, err := Base(context.Background())
	mustRun(t, err)
	dir, err := os.MkdirTemp("", "goplay-"+kind+".")
	if err != nil {
		t.Fatal(err)
	}
	c := &Container{Name: "goplay-" + kind + "-test", dir: dir}
	t.Cleanup(func() { c.remove(t) })
	if err := maker.make(t, c, base); err != nil {
		mustRun(t, fmt.Errorf("%w: %w", ErrUnable, err))
	}
	return c
}

// Base gives the folder of the lab's Debian, which nobody may change.
func Base(ctx context.Context) (string, error) {
	if err := able(); err != nil {
		return "", err
	}
	archive, err := machineArchive()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnable, err)
	}
	return buildBase(ctx, archive)
}

var makers = map[string]struct {
	programs []string
	make     func(t testing.TB, c *Container, base string) error
}{
	"docker":  {[]string{"dockerd", "docker", "runc"}, makeDocker},
	"podman":  {[]string{"podman", "runc"}, makePodman},
	"buildah": {[]string{"buildah"}, makeBuildah},
	"lxc":     {[]string{"lxc-start", "lxc-attach", "lxc-stop"}, makeLXC},
	"chroot":  {[]string{"chroot"}, makeChroot},
}

// remove takes the container's files away. What was mounted among them is unmounted first.
func (c *Container) remove(t testing.TB) {
	mounts, _ := os.ReadFile("/proc/self/mounts")
	lines := strings.Split(string(mounts), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if fields := strings.Fields(lines[i]); len(fields) > 1 && strings.HasPrefix(fields[1], c.dir+"/") {
			_ = exec.Command("umount", "-l", fields[1]).Run()
		}
	}
	if err := os.RemoveAll(c.dir); err != nil {
		t.Error(err)
	}
}

// run runs a program of the container's kind.
func (c *Container) run(args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, lastLines(string(out), 5))
	}
	return nil
}

// packed is a shell command that writes the base as an archive.
func packed(base string) string {
	return "tar -C '" + base + "' --exclude='./var/cache/*' --exclude='./usr/share/doc/*' --exclude='./usr/share/locale/*' -c ."
}

// forever is what a container does until it is removed.
const forever = "trap 'exit 0' TERM; while :; do sleep 100 & wait; done"

func makeDocker(t testing.TB, c *Container, base string) error {
	socket := "unix://" + filepath.Join(c.dir, "socket")
	c.Env = []string{"DOCKER_HOST=" + socket, "DOCKER_CONTEXT="}
	log, err := os.Create(filepath.Join(c.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	daemon := exec.Command("dockerd", "--data-root", filepath.Join(c.dir, "data"), "--exec-root", filepath.Join(c.dir, "exec"), "-H", socket,
		"--pidfile", filepath.Join(c.dir, "pid"), "--bridge", "none", "--iptables=false", "--ip6tables=false")
	daemon.Stdout, daemon.Stderr = log, log
	if err := daemon.Start(); err != nil {
		return err
	}
	t.Cleanup(func() {
		_ = c.run("docker", "rm", "-f", c.Name)
		_ = daemon.Process.Signal(os.Interrupt)
		_ = daemon.Wait()
	})
	if err := c.await("docker", "version"); err != nil {
		return err
	}
	return errors.Join(
		c.run("sh", "-c", packed(base)+" | docker import - goplay-test"),
		c.run("docker", "run", "-d", "--name", c.Name, "--hostname", "container", "--network", "none", "goplay-test", "/bin/sh", "-c", forever),
	)
}

// await runs a command until it succeeds.
func (c *Container) await(args ...string) error {
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := c.run(args...)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// containersConf lets podman and buildah keep all that they have in the container's folder.
func (c *Container) containersConf() error {
	storage := fmt.Sprintf("[storage]\ndriver = \"vfs\"\nrunroot = %q\ngraphroot = %q\n", filepath.Join(c.dir, "run"), filepath.Join(c.dir, "graph"))
	engine := fmt.Sprintf("[engine]\nruntime = \"runc\"\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"none\"\ntmp_dir = %q\n"+
		"[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=4096:4096\"]\nlog_driver = \"k8s-file\"\n", filepath.Join(c.dir, "tmp"))
	c.Env = []string{
		"CONTAINERS_STORAGE_CONF=" + filepath.Join(c.dir, "storage.conf"), "CONTAINERS_CONF=" + filepath.Join(c.dir, "containers.conf"),
		"BUILDAH_ISOLATION=chroot", "STORAGE_DRIVER=vfs",
	}
	return errors.Join(
		os.WriteFile(filepath.Join(c.dir, "storage.conf"), []byte(storage), 0o644),
		os.WriteFile(filepath.Join(c.dir, "containers.conf"), []byte(engine), 0o644),
	)
}

func makePodman(t testing.TB, c *Container, base string) error {
	if err := c.containersConf(); err != nil {
		return err
	}
	t.Cleanup(func() { _ = c.run("podman", "rm", "-f", "-t", "0", c.Name) })
	if err := c.run("sh", "-c", packed(base)+" | podman import - goplay-test"); err != nil {
		return err
	}
	return c.run("podman", "run", "-d", "--name", c.Name, "--hostname", "container", "--network", "none", "goplay-test", "/bin/sh", "-c", forever)
}

func makeBuildah(t testing.TB, c *Container, base string) error {
	if err := c.containersConf(); err != nil {
		return err
	}
	t.Cleanup(func() { _ = c.run("buildah", "rm", c.Name) })
	image := filepath.Join(c.dir, "base.tar")
	if err := c.run("sh", "-c", packed(base)+" > "+image); err != nil {
		return err
	}
	return errors.Join(c.run("buildah", "from", "--name", c.Name, "scratch"), c.run("buildah", "add", "-q", c.Name, image, "/"), os.Remove(image))
}

func makeChroot(_ testing.TB, c *Container, base string) error {
	c.Name = filepath.Join(c.dir, "root")
	name, err := os.Hostname()
	return errors.Join(
		err, os.Mkdir(c.Name, 0o755),
		c.run("sh", "-c", packed(base)+" | tar -C "+c.Name+" -x"),
		os.WriteFile(filepath.Join(c.Name, "etc/hosts"), []byte("127.0.0.1 localhost "+name+"\n"), 0o644), // sudo asks for the machine's name
		c.run("mount", "--bind", "/dev", filepath.Join(c.Name, "dev")),
		c.run("mount", "--bind", "/dev/pts", filepath.Join(c.Name, "dev/pts")),
		c.run("mount", "-t", "proc", "proc", filepath.Join(c.Name, "proc")),
	)
}

// makeLXC makes a container among those of the machine, where lxc-attach looks for it.
func makeLXC(t testing.TB, c *Container, base string) error {
	root := filepath.Join(c.dir, "rootfs")
	if err := errors.Join(os.Mkdir(root, 0o755), c.run("sh", "-c", packed(base)+" | tar -C "+root+" -x")); err != nil {
		return err
	}
	config := "lxc.rootfs.path = dir:" + root + "\nlxc.uts.name = container\nlxc.net.0.type = none\nlxc.apparmor.profile = unconfined\n" +
		"lxc.mount.auto = proc:mixed sys:ro\n"
	folder := filepath.Join("/var/lib/lxc", c.Name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	t.Cleanup(func() {
		_ = c.run("lxc-stop", "-k", "-n", c.Name)
		_ = os.RemoveAll(folder)
	})
	if err := os.WriteFile(filepath.Join(folder, "config"), []byte(config), 0o644); err != nil {
		return err
	}
	return c.run("lxc-start", "-n", c.Name, "--", "/bin/sh", "-c", forever)
}
