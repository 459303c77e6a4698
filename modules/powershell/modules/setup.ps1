# Gathers facts of the host, by subsets: those of the least set need no long questions.
$options = Read-Options @{
    gather_subset = @{ type = 'list'; default = @('all') }; filter = @{ type = 'list' }; gather_timeout = @{ type = 'int'; default = 10 }; fact_path = @{ type = 'path' }
}
$facts = @{}
$min = @('date_time', 'distribution', 'dns', 'env', 'local', 'platform', 'powershell_version', 'user')
$system = [Environment]::OSVersion.Version
$kernel = "$($system.Major).$($system.Minor).$($system.Build).$($system.Revision)"

function Get-One($Class) { return @(Get-CimInstance -ClassName $Class -OperationTimeoutSec $options.gather_timeout)[0] }

$subsets = @{
    bios = {
        $bios = Get-One 'Win32_BIOS'
        $machine = Get-One 'Win32_ComputerSystem'
        $facts.ansible_bios_version = [string]$bios.SMBIOSBIOSVersion
        if ($bios.ReleaseDate) { $facts.ansible_bios_date = $bios.ReleaseDate.ToString('MM/dd/yyyy') }
        $facts.ansible_product_name = ([string]$machine.Model).Trim()
        $facts.ansible_product_serial = [string]$bios.SerialNumber
        $facts.ansible_system_vendor = [string]$machine.Manufacturer
    }
    date_time = {
        $now = [DateTime]::Now
        $utc = $now.ToUniversalTime()
        $facts.ansible_date_time = @{
            date = $now.ToString('yyyy-MM-dd'); time = $now.ToString('HH:mm:ss'); year = $now.ToString('yyyy'); month = $now.ToString('MM')
            day = $now.ToString('dd'); hour = $now.ToString('HH'); minute = $now.ToString('mm'); second = $now.ToString('ss')
            weekday = [string]$now.DayOfWeek; weekday_number = [string][int]$now.DayOfWeek
            iso8601 = $utc.ToString('yyyy-MM-ddTHH:mm:ssZ'); iso8601_micro = $utc.ToString('yyyy-MM-ddTHH:mm:ss.ffffffZ')
            iso8601_basic = $now.ToString('yyyyMMddTHHmmssffffff'); iso8601_basic_short = $now.ToString('yyyyMMddTHHmmss')
            epoch = [string][Math]::Floor(($utc - (New-Object DateTime 1970, 1, 1)).TotalSeconds)
        }
    }
    distribution = {
        $facts.ansible_os_family = 'Windows'
        $facts.ansible_distribution_version = $kernel
        $facts.ansible_distribution_major_version = [string]$system.Major
        $about = Get-One 'Win32_OperatingSystem'
        if ($about) {
            $facts.ansible_distribution = ([string]$about.Caption).Trim()
            $facts.ansible_os_name = $facts.ansible_distribution
            $facts.ansible_os_product_type = @{ 1 = 'workstation'; 2 = 'domain_controller'; 3 = 'server' }[[int]$about.ProductType]
        }
    }
    env = {
        $variables = @{}
        foreach ($key in @([Environment]::GetEnvironmentVariables().Keys)) { $variables[$key] = [Environment]::GetEnvironmentVariable($key) }
        $facts.ansible_env = $variables
    }
    interfaces = {
        $all = @()
        $addresses = @()
        foreach ($adapter in @(Get-CimInstance -ClassName Win32_NetworkAdapterConfiguration -Filter 'IPEnabled=TRUE' -OperationTimeoutSec $options.gather_timeout)) {
            $gateway = $null
            if ($adapter.DefaultIPGateway) { $gateway = @($adapter.DefaultIPGateway)[0] }
            $all += @{
                connection_name = [string]$adapter.ServiceName; default_gateway = $gateway; interface_index = $adapter.InterfaceIndex; interface_name = [string]$adapter.Description
                dns_domain = $adapter.DNSDomain; macaddress = [string]$adapter.MACAddress
            }
            $addresses += @($adapter.IPAddress)
        }
        $facts.ansible_interfaces = $all
        $facts.ansible_ip_addresses = $addresses
    }
    memory = {
        $about = Get-One 'Win32_OperatingSystem'
        $facts.ansible_memtotal_mb = [int]([Math]::Floor($about.TotalVisibleMemorySize / 1024))
        $facts.ansible_memfree_mb = [int]([Math]::Floor($about.FreePhysicalMemory / 1024))
        $facts.ansible_swaptotal_mb = [int]([Math]::Floor(($about.TotalVirtualMemorySize - $about.TotalVisibleMemorySize) / 1024))
        $facts.ansible_pagefiletotal_mb = [int]([Math]::Floor($about.SizeStoredInPagingFiles / 1024))
        $facts.ansible_pagefilefree_mb = [int]([Math]::Floor($about.FreeSpaceInPagingFiles / 1024))
    }
    platform = {
        $name = [Environment]::MachineName
        $domain = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().DomainName
        $fqdn = $name
        if ($domain) { $fqdn = "$name.$domain" }
        $architecture = '32-bit'
        if ([Environment]::Is64BitOperatingSystem) { $architecture = '64-bit' }
        $facts.ansible_system = 'Win32NT'
        $facts.ansible_hostname = $name
        $facts.ansible_netbios_name = $name
        $facts.ansible_nodename = $fqdn
        $facts.ansible_fqdn = $fqdn
        $facts.ansible_domain = $domain
        $facts.ansible_kernel = $kernel
        $facts.ansible_architecture = $architecture
        $facts.ansible_architecture2 = [string]$env:PROCESSOR_ARCHITECTURE
    }
    powershell_version = { $facts.ansible_powershell_version = $PSVersionTable.PSVersion.Major }
    processor = {
        $facts.ansible_processor_vcpus = [Environment]::ProcessorCount
        $names = @()
        $all = @(Get-CimInstance -ClassName Win32_Processor -OperationTimeoutSec $options.gather_timeout)
        for ($at = 0; $at -lt $all.Count; $at++) { $names += @([string]$at, [string]$all[$at].Manufacturer, [string]$all[$at].Name) }
        if ($all.Count -gt 0) {
            $facts.ansible_processor = $names
            $facts.ansible_processor_count = $all.Count
            $facts.ansible_processor_cores = [int]$all[0].NumberOfCores
            $facts.ansible_processor_threads_per_core = [int]([Math]::Floor($all[0].NumberOfLogicalProcessors / [Math]::Max(1, $all[0].NumberOfCores)))
        }
    }
    uptime = {
        $boot = (Get-One 'Win32_OperatingSystem').LastBootUpTime
        $facts.ansible_lastboot = $boot.ToString('yyyy-MM-dd HH:mm:ss')
        $facts.ansible_uptime_seconds = [int]([Math]::Floor(([DateTime]::Now - $boot).TotalSeconds))
    }
    user = {
        $facts.ansible_user_id = [Environment]::UserName
        $facts.ansible_user_dir = $env:USERPROFILE
        $facts.ansible_user_sid = [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    }
    virtual = {
        $machine = Get-One 'Win32_ComputerSystem'
        $what = "$($machine.Manufacturer) $($machine.Model)"
        $kinds = @{ 'KVM|QEMU' = 'kvm'; 'VMware' = 'VMware'; 'Virtual Machine' = 'Hyper-V'; 'VirtualBox' = 'VirtualBox'; 'Xen|HVM domU' = 'Xen'; 'Parallels' = 'Parallels'; 'Bochs' = 'Bochs' }
        $facts.ansible_virtualization_role = 'NA'
        $facts.ansible_virtualization_type = 'NA'
        foreach ($words in @($kinds.Keys)) {
            if ($what -match $words) {
                $facts.ansible_virtualization_role = 'guest'
                $facts.ansible_virtualization_type = $kinds[$words]
            }
        }
    }
    windows_domain = {
        $machine = Get-One 'Win32_ComputerSystem'
        $facts.ansible_windows_domain = [string]$machine.Domain
        $facts.ansible_windows_domain_member = [bool]$machine.PartOfDomain
        $facts.ansible_windows_domain_role = @(
            'Stand-alone workstation', 'Member workstation', 'Stand-alone server', 'Member server', 'Backup domain controller', 'Primary domain controller'
        )[[int]$machine.DomainRole]
    }
}
# Names of subsets that mean others, or that have no facts here.
$others = @{
    all_ipv4_addresses = 'interfaces'; all_ipv6_addresses = 'interfaces'; network = 'interfaces'; hardware = 'memory,processor,bios,uptime'; virtualization_type = 'virtual'
    virtualization_role = 'virtual'; dns = ''; facter = ''; ohai = ''; local = ''; winrm = ''
}

function Expand-Subset([string]$Name) {
    if ($others.Contains($Name)) { return @(@($others[$Name] -split ',') | Where-Object { $_ }) }
    if ($subsets.Contains($Name)) { return @($Name) }
    $known = @(@('all', 'min') + @($subsets.Keys) + @($others.Keys) | Sort-Object) -join ', '
    Stop-Module "Bad subset '$Name' given to Ansible. gather_subset options allowed: $known"
}

$wanted = @()
$unwanted = @()
$named = @()
$all = $true
foreach ($word in @($options.gather_subset | ForEach-Object { ([string]$_).Trim() })) {
    if (-not $word.StartsWith('!')) { $all = $false }
    switch ($word) {
        'all' { $wanted += @($subsets.Keys) }
        'min' { $wanted += $min }
        '!all' { $unwanted += @($subsets.Keys | Where-Object { $min -notcontains $_ }) }
        '!min' { $unwanted += $min }
        default {
            if ($word.StartsWith('!')) {
                $unwanted += @(Expand-Subset $word.Substring(1))
            } else {
                $named += @(Expand-Subset $word)
                $wanted += $named
            }
        }
    }
}
if ($all) { $wanted = @($subsets.Keys) }
$wanted += $min
$warnings = @()
foreach ($name in @($subsets.Keys)) {
    if ($wanted -notcontains $name -or ($unwanted -contains $name -and $named -notcontains $name)) { continue }
    try {
        $null = & $subsets[$name]
    } catch {
        $warnings += "Error when collecting $name facts: $($_.Exception.Message)"
    }
}
if ($warnings.Count -gt 0) { $Module.result.warnings = $warnings }
if ($options.fact_path) {
    if (-not [IO.Directory]::Exists($options.fact_path)) { Stop-Module "The path $($options.fact_path) does not exist. Typo?" }
    foreach ($file in @([IO.Directory]::GetFiles($options.fact_path, '*.json'))) {
        $facts["ansible_$([IO.Path]::GetFileNameWithoutExtension($file))"] = ConvertFrom-Json ([IO.File]::ReadAllText($file))
    }
    foreach ($file in @([IO.Directory]::GetFiles($options.fact_path, '*.ps1'))) {
        $facts["ansible_$([IO.Path]::GetFileNameWithoutExtension($file))"] = & ([ScriptBlock]::Create([IO.File]::ReadAllText($file)))
    }
}
if ($options.filter) {
    foreach ($key in @($facts.Keys)) {
        $kept = $false
        foreach ($pattern in $options.filter) { if ($key -like $pattern -or $key -like "ansible_$pattern") { $kept = $true } }
        if (-not $kept) { $facts.Remove($key) }
    }
}
$Module.result.ansible_facts = $facts
