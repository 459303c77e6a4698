# Gathers facts of the host that need no long questions.
$options = Read-Options @{
    gather_subset = @{ type = 'list' }; filter = @{ type = 'list' }; gather_timeout = @{ type = 'int'; default = 10 }; fact_path = @{ type = 'path' }
}
if ($options.fact_path) { Stop-Module 'facts of files (fact_path) are not read on Windows hosts yet' }
$version = [Environment]::OSVersion.Version
$name = [Environment]::MachineName
$domain = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().DomainName
$fqdn = $name
if ($domain) { $fqdn = "$name.$domain" }
$variables = @{}
foreach ($key in @([Environment]::GetEnvironmentVariables().Keys)) { $variables[$key] = [Environment]::GetEnvironmentVariable($key) }
$now = [DateTime]::Now
$utc = $now.ToUniversalTime()
$architecture = '32-bit'
if ([Environment]::Is64BitOperatingSystem) { $architecture = '64-bit' }
$facts = @{
    ansible_os_family = 'Windows'; ansible_system = 'Win32NT'
    ansible_hostname = $name; ansible_nodename = $fqdn; ansible_fqdn = $fqdn; ansible_domain = $domain
    ansible_kernel = "$($version.Major).$($version.Minor).$($version.Build).$($version.Revision)"
    ansible_distribution_version = "$($version.Major).$($version.Minor).$($version.Build).$($version.Revision)"
    ansible_distribution_major_version = [string]$version.Major
    ansible_architecture = $architecture; ansible_architecture2 = [string]$env:PROCESSOR_ARCHITECTURE
    ansible_processor_vcpus = [Environment]::ProcessorCount
    ansible_user_id = [Environment]::UserName; ansible_user_dir = $env:USERPROFILE
    ansible_powershell_version = $PSVersionTable.PSVersion.Major
    ansible_env = $variables
    ansible_date_time = @{
        date = $now.ToString('yyyy-MM-dd'); time = $now.ToString('HH:mm:ss'); year = $now.ToString('yyyy'); month = $now.ToString('MM')
        day = $now.ToString('dd'); hour = $now.ToString('HH'); minute = $now.ToString('mm'); second = $now.ToString('ss')
        weekday = [string]$now.DayOfWeek; weekday_number = [string][int]$now.DayOfWeek
        iso8601 = $utc.ToString('yyyy-MM-ddTHH:mm:ssZ'); iso8601_micro = $utc.ToString('yyyy-MM-ddTHH:mm:ss.ffffffZ')
        iso8601_basic = $now.ToString('yyyyMMddTHHmmssffffff'); iso8601_basic_short = $now.ToString('yyyyMMddTHHmmss')
        epoch = [string][Math]::Floor(($utc - (New-Object DateTime 1970, 1, 1)).TotalSeconds)
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
