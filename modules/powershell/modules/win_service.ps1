# Makes, changes, starts, stops and removes a service.
$options = Read-Options @{
    name = @{ type = 'str'; required = $true }; path = @{ type = 'str' }; display_name = @{ type = 'str' }; description = @{ type = 'str' }
    state = @{ type = 'str'; choices = @('absent', 'paused', 'started', 'stopped', 'restarted') }
    start_mode = @{ type = 'str'; choices = @('auto', 'delayed', 'disabled', 'manual') }
    username = @{ type = 'str' }; password = @{ type = 'str' }; update_password = @{ type = 'str'; choices = @('always', 'on_create'); default = 'always' }
    dependencies = @{ type = 'list' }; dependency_action = @{ type = 'str'; default = 'set'; choices = @('add', 'remove', 'set') }
    desktop_interact = @{ type = 'bool' }; force_dependent_services = @{ type = 'bool'; default = $false }
}
$name = $options.name
$result = $Module.result

function Get-Known {
    return Get-CimInstance -ClassName Win32_Service -Filter "Name='$($name.Replace("'", "\'"))'"
}

# Has something done, unless this is a check.
function Set-Known($Before, $After, $Script) {
    $result.changed = $true
    Add-Diff $Before $After
    if (-not $Module.check) { $null = & $Script }
}

function Get-Mode($Service) {
    if ($Service.StartMode -eq 'Auto') {
        if ($Service.DelayedAutoStart) { return 'delayed' }
        return 'auto'
    }
    return $Service.StartMode.ToLowerInvariant()
}

# Changes the service by sc.exe, which knows what cmdlets of 5.1 do not.
function Invoke-Sc($Words) {
    $said = & sc.exe $Words
    if ($LASTEXITCODE -ne 0) { Stop-Module "sc.exe $($Words -join ' ') ends with $($LASTEXITCODE): $($said -join ' ')" }
}

# Changes the service by its object.
function Invoke-Change($Arguments) {
    $made = Invoke-CimMethod -InputObject (Get-Known) -MethodName Change -Arguments $Arguments
    if ($made.ReturnValue -ne 0) { Stop-Module "the service '$name' cannot be changed: Win32_Service.Change gives $($made.ReturnValue)" }
}

$service = Get-Known
if ($options.state -eq 'absent') {
    if ($service) {
        Set-Known $name '' {
            if ($service.State -ne 'Stopped') { Stop-Service -Name $name -Force }
            Invoke-Sc @('delete', $name)
        }
    }
    $result.exists = $null -ne $service -and $Module.check
    return
}
if (-not $service) {
    if (-not $options.path) {
        if ($options.state) { Stop-Module "Service '$name' is not installed, need to set 'path' to create it" }
        $result.exists = $false
        return
    }
    Set-Known '' $name {
        $new = @{ Name = $name; BinaryPathName = $options.path }
        if ($options.display_name) { $new.DisplayName = $options.display_name }
        $null = New-Service @new
    }
    $service = Get-Known
    $created = $true
    if (-not $service) {
        $result.exists = $true
        return
    }
} else {
    $created = $false
}
if ($options.path -and -not ($service.PathName -ceq $options.path)) {
    Set-Known "path: $($service.PathName)" "path: $($options.path)" { Invoke-Change @{ PathName = $options.path } }
}
if ($null -ne $options.display_name -and -not ($service.DisplayName -ceq $options.display_name)) {
    Set-Known "display_name: $($service.DisplayName)" "display_name: $($options.display_name)" { Set-Service -Name $name -DisplayName $options.display_name }
}
if ($null -ne $options.description -and -not ([string]$service.Description -ceq $options.description)) {
    Set-Known "description: $($service.Description)" "description: $($options.description)" { Set-Service -Name $name -Description $options.description }
}
if ($options.start_mode -and (Get-Mode $service) -ne $options.start_mode) {
    Set-Known "start_mode: $(Get-Mode $service)" "start_mode: $($options.start_mode)" {
        $word = @{ auto = 'auto'; delayed = 'delayed-auto'; disabled = 'disabled'; manual = 'demand' }[$options.start_mode]
        Invoke-Sc @('config', $name, 'start=', $word)
    }
}
if ($null -ne $options.desktop_interact -and [bool]$service.DesktopInteract -ne $options.desktop_interact) {
    Set-Known "desktop_interact: $($service.DesktopInteract)" "desktop_interact: $($options.desktop_interact)" { Invoke-Change @{ DesktopInteract = $options.desktop_interact } }
}
if ($options.username) {
    # A name without a domain is of this machine, or of the system.
    $account = $options.username -replace '^\.\\', ''
    $same = ([string]$service.StartName -replace '^\.\\', '') -eq $account
    if (-not $same -or $options.password -and ($created -or $options.update_password -eq 'always')) {
        $start = $options.username
        if ($start -notmatch '[\\@]' -and $start -ne 'LocalSystem') { $start = ".\$start" }
        Set-Known "username: $($service.StartName)" "username: $start" { Invoke-Change @{ StartName = $start; StartPassword = $options.password } }
    }
}
if ($null -ne $options.dependencies) {
    $present = @(Get-Service -Name $name | ForEach-Object { $_.ServicesDependedOn } | ForEach-Object { $_.Name })
    $wanted = $options.dependencies
    if ($options.dependency_action -eq 'add') { $wanted = @($present) + @($options.dependencies | Where-Object { $present -notcontains $_ }) }
    if ($options.dependency_action -eq 'remove') { $wanted = @($present | Where-Object { $options.dependencies -notcontains $_ }) }
    if ((@($present | Sort-Object) -join '/') -ne (@($wanted | Sort-Object) -join '/')) {
        Set-Known "dependencies: $($present -join ', ')" "dependencies: $(@($wanted) -join ', ')" {
            $list = @($wanted) -join '/'
            if (-not $list) { $list = '/' }
            Invoke-Sc @('config', $name, 'depend=', $list)
        }
    }
}
$state = $service.State
switch ($options.state) {
    'started' {
        if ($state -eq 'Paused') { Set-Known 'state: paused' 'state: started' { Resume-Service -Name $name } }
        if ($state -eq 'Stopped') { Set-Known 'state: stopped' 'state: started' { Start-Service -Name $name } }
    }
    'stopped' {
        if ($state -ne 'Stopped') { Set-Known "state: $($state.ToLowerInvariant())" 'state: stopped' { Stop-Service -Name $name -Force:$options.force_dependent_services } }
    }
    'restarted' {
        Set-Known "state: $($state.ToLowerInvariant())" 'state: started' { Restart-Service -Name $name -Force:$options.force_dependent_services }
    }
    'paused' {
        if ($state -ne 'Paused') { Set-Known "state: $($state.ToLowerInvariant())" 'state: paused' { Suspend-Service -Name $name } }
    }
}
if ($result.changed -and -not $Module.check) { $service = Get-Known }
$controller = Get-Service -Name $name
$result.exists = $true
$result.name = $service.Name
$result.display_name = $service.DisplayName
$result.description = [string]$service.Description
$result.path = $service.PathName
$result.username = $service.StartName
$result.desktop_interact = [bool]$service.DesktopInteract
$result.start_mode = Get-Mode $service
$result.state = $service.State.ToLowerInvariant()
$result.can_pause_and_continue = [bool]$controller.CanPauseAndContinue
$result.dependencies = @($controller.ServicesDependedOn | ForEach-Object { $_.Name })
$result.depended_by = @($controller.DependentServices | ForEach-Object { $_.Name })
