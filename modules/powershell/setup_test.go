package powershell_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	interpreter "github.com/goplay/goplay/internal/powershell"
)

// objects are what a machine tells of itself.
func objects(m *interpreter.Machine, booted time.Time) {
	classes := map[string]*interpreter.Hash{
		"Win32_BIOS":           interpreter.NewHash("SMBIOSBIOSVersion", "1.2", "SerialNumber", "S1", "ReleaseDate", interpreter.Moment(booted)),
		"Win32_ComputerSystem": interpreter.NewHash("Model", "Virtual Machine", "Manufacturer", "Microsoft Corporation", "Domain", "WORKGROUP", "PartOfDomain", false, "DomainRole", 2),
		"Win32_OperatingSystem": interpreter.NewHash(
			"Caption", "Microsoft Windows Server 2022 Standard ", "ProductType", 3, "TotalVisibleMemorySize", 4096*1024, "FreePhysicalMemory", 1024*1024,
			"TotalVirtualMemorySize", 6144*1024, "SizeStoredInPagingFiles", 2048*1024, "FreeSpaceInPagingFiles", 1024*1024, "LastBootUpTime", interpreter.Moment(booted),
		),
		"Win32_Processor": interpreter.NewHash("Manufacturer", "GenuineIntel", "Name", "CPU", "NumberOfCores", 2, "NumberOfLogicalProcessors", 4),
		"Win32_NetworkAdapterConfiguration": interpreter.NewHash("ServiceName", "vmnet", "Description", "Adapter", "InterfaceIndex", 3, "DNSDomain", nil, "MACAddress", "00:15",
			"DefaultIPGateway", &interpreter.Array{Items: []any{"10.0.0.1"}}, "IPAddress", &interpreter.Array{Items: []any{"10.0.0.2", "fe80::1"}}),
	}
	m.Cmdlets = map[string]interpreter.Cmdlet{"get-ciminstance": func(named *interpreter.Hash, _, _ []any) ([]any, error) {
		return []any{classes[field(named, "ClassName")]}, nil
	}}
}

func TestFacts(t *testing.T) {
	m := machine(t)
	objects(m, time.Now().Add(-time.Hour))
	facts := run(t, m, "setup", false, args{})["ansible_facts"].(map[string]any)
	want := want{
		"ansible_os_family": "Windows", "ansible_distribution": "Microsoft Windows Server 2022 Standard", "ansible_os_product_type": "server", "ansible_bios_version": "1.2",
		"ansible_product_serial": "S1", "ansible_memtotal_mb": int32(4096), "ansible_memfree_mb": int32(1024), "ansible_swaptotal_mb": int32(2048), "ansible_pagefiletotal_mb": int32(2048),
		"ansible_processor": []any{"0", "GenuineIntel", "CPU"}, "ansible_processor_cores": int32(2), "ansible_processor_threads_per_core": int32(2), "ansible_processor_count": int32(1),
		"ansible_ip_addresses": []any{"10.0.0.2", "fe80::1"}, "ansible_virtualization_type": "Hyper-V", "ansible_virtualization_role": "guest",
		"ansible_windows_domain": "WORKGROUP", "ansible_windows_domain_member": false, "ansible_windows_domain_role": "Stand-alone server", "ansible_user_sid": "S-1-5-21-1-2-3-1001",
	}
	if d := cmp.Diff(map[string]any(want), part(facts, want)); d != "" {
		t.Error(d)
	}
	if up, _ := facts["ansible_uptime_seconds"].(int32); up < 3599 || up > 3700 {
		t.Errorf("up for %v", facts["ansible_uptime_seconds"])
	}
}

// Subsets as in the documentation of setup: the least one comes with all, unless it is excluded.
func TestSubsets(t *testing.T) {
	m := machine(t)
	objects(m, time.Now())
	marks := map[string]string{
		"ansible_date_time": "date_time", "ansible_env": "env", "ansible_os_family": "distribution", "ansible_hostname": "platform", "ansible_user_id": "user", "ansible_powershell_version": "powershell_version",
		"ansible_memtotal_mb": "memory", "ansible_bios_version": "bios", "ansible_lastboot": "uptime", "ansible_interfaces": "interfaces",
	}
	const least = "date_time distribution env platform powershell_version user"
	for subset, want := range map[string]string{
		"min":                   least,
		"!all":                  least,
		"memory":                "date_time distribution env memory platform powershell_version user",
		"!all,!min":             "",
		"!all,!min,bios":        "bios",
		"!min,uptime":           "uptime",
		"all,!interfaces,!bios": "date_time distribution env memory platform powershell_version uptime user",
		"!env":                  "bios date_time distribution interfaces memory platform powershell_version uptime user",
		"hardware,!min":         "bios memory uptime",
		"dns,!min":              "",
	} {
		r := run(t, m, "setup", false, args{"gather_subset": subset})
		facts, _ := r["ansible_facts"].(map[string]any)
		var got []string
		for fact, name := range marks {
			if _, found := facts[fact]; found {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s gives %v, want %s: %v", subset, got, want, r["msg"])
		}
	}
	r := run(t, m, "setup", false, args{"gather_subset": "none"})
	if msg, _ := r["msg"].(string); !strings.HasPrefix(msg, "Bad subset 'none' given to Ansible. gather_subset options allowed: all, all_ipv4_addresses") {
		t.Error(msg)
	}
}

func TestFactsOfFiles(t *testing.T) {
	m := machine(t)
	for name, text := range map[string]string{"one.json": `{"a": [1, "x"]}`, "two.ps1": "@{ b = 2 }", "bad.txt": ""} {
		if err := os.MkdirAll(filepath.Join(m.Root, "f"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(m.Root, "f", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	facts := run(t, m, "setup", false, args{"fact_path": `C:\f`, "gather_subset": "!all,!min"})["ansible_facts"]
	if d := cmp.Diff(map[string]any{"ansible_one": map[string]any{"a": []any{int32(1), "x"}}, "ansible_two": map[string]any{"b": int32(2)}}, facts); d != "" {
		t.Error(d)
	}
}
