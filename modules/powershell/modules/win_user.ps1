# Makes, changes and removes a local user.
$options = Read-Options @{
    name = @{ type = 'str'; required = $true }; state = @{ type = 'str'; default = 'present'; choices = @('absent', 'present', 'query') }
    fullname = @{ type = 'str' }; description = @{ type = 'str' }; password = @{ type = 'str' }
    update_password = @{ type = 'str'; default = 'always'; choices = @('always', 'on_create') }
    password_expired = @{ type = 'bool' }; password_never_expires = @{ type = 'bool' }; user_cannot_change_password = @{ type = 'bool' }
    account_disabled = @{ type = 'bool' }; account_locked = @{ type = 'bool' }
    groups = @{ type = 'list' }; groups_action = @{ type = 'str'; default = 'replace'; choices = @('add', 'replace', 'remove') }
    home_directory = @{ type = 'str' }; login_script = @{ type = 'str' }; profile = @{ type = 'str' }
}
if ($options.account_locked) { Stop-Module "account_locked must be set to 'no' if provided" }
$result = $Module.result
$name = $options.name

function Get-Known { return Get-LocalUser | Where-Object { $_.Name -eq $name } }

# The user as older interfaces have it, for what the cmdlets do not tell.
function Get-Entry { return [ADSI]"WinNT://./$name,user" }

function Get-Flags { return [int](Get-Entry).UserFlags.Value }

function Get-GroupNames {
    $sid = (Get-Known).SID.Value
    return @(Get-LocalGroup | Where-Object {
            $group = $_
            @(Get-LocalGroupMember -SID $group.SID -ErrorAction SilentlyContinue | Where-Object { $_.SID.Value -eq $sid }).Count -gt 0
        } | ForEach-Object { $_.Name } | Sort-Object)
}

function Set-Known($Before, $After, $Script) {
    $result.changed = $true
    Add-Diff $Before $After
    if (-not $Module.check) { $null = & $Script }
}

function Test-Password {
    Add-Type -AssemblyName System.DirectoryServices.AccountManagement
    $place = New-Object DirectoryServices.AccountManagement.PrincipalContext 'Machine'
    try { return $place.ValidateCredentials($name, $options.password) } finally { $place.Dispose() }
}

$user = Get-Known
if ($options.state -eq 'absent') {
    if ($user) {
        Set-Known $name '' { Remove-LocalUser -Name $name }
        $result.msg = "User '$name' deleted successfully"
    } else {
        $result.msg = "User '$name' was not found"
    }
    return
}
if ($options.state -eq 'present') {
    $created = -not $user
    if ($created) {
        Set-Known '' $name {
            if ($options.password) { New-LocalUser -Name $name -Password (ConvertTo-SecureString $options.password -AsPlainText -Force) } else { New-LocalUser -Name $name -NoPassword }
        }
        if ($Module.check) { return }
        $user = Get-Known
    }
    if ($null -ne $options.password -and -not $created -and $options.update_password -eq 'always' -and -not (Test-Password)) {
        Set-Known 'password: ***' 'password: *** (another)' { Set-LocalUser -Name $name -Password (ConvertTo-SecureString $options.password -AsPlainText -Force) }
    }
    if ($null -ne $options.fullname -and -not ([string]$user.FullName -ceq $options.fullname)) {
        Set-Known "fullname: $($user.FullName)" "fullname: $($options.fullname)" { Set-LocalUser -Name $name -FullName $options.fullname }
    }
    if ($null -ne $options.description -and -not ([string]$user.Description -ceq $options.description)) {
        Set-Known "description: $($user.Description)" "description: $($options.description)" { Set-LocalUser -Name $name -Description $options.description }
    }
    if ($null -ne $options.password_never_expires -and ($null -eq $user.PasswordExpires -and ((Get-Flags) -band 0x10000) -ne 0) -ne $options.password_never_expires) {
        Set-Known "password_never_expires: $(-not $options.password_never_expires)" "password_never_expires: $($options.password_never_expires)" { Set-LocalUser -Name $name -PasswordNeverExpires $options.password_never_expires }
    }
    if ($null -ne $options.user_cannot_change_password -and (-not $user.UserMayChangePassword) -ne $options.user_cannot_change_password) {
        Set-Known "user_cannot_change_password: $(-not $options.user_cannot_change_password)" "user_cannot_change_password: $($options.user_cannot_change_password)" {
            Set-LocalUser -Name $name -UserMayChangePassword (-not $options.user_cannot_change_password)
        }
    }
    if ($null -ne $options.account_disabled -and (-not $user.Enabled) -ne $options.account_disabled) {
        Set-Known "account_disabled: $(-not $options.account_disabled)" "account_disabled: $($options.account_disabled)" {
            if ($options.account_disabled) { Disable-LocalUser -Name $name } else { Enable-LocalUser -Name $name }
        }
    }
    $entry = Get-Entry
    if ($null -ne $options.password_expired -and [bool]$entry.PasswordExpired.Value -ne $options.password_expired) {
        Set-Known "password_expired: $(-not $options.password_expired)" "password_expired: $($options.password_expired)" {
            $entry.PasswordExpired = [int]$options.password_expired
            $entry.SetInfo()
        }
    }
    if ($options.account_locked -eq $false -and $entry.IsAccountLocked) {
        Set-Known 'account_locked: True' 'account_locked: False' {
            $entry.IsAccountLocked = $false
            $entry.SetInfo()
        }
    }
    foreach ($pair in @(@('home_directory', 'HomeDirectory'), @('login_script', 'LoginScript'), @('profile', 'Profile'))) {
        $want = $options[$pair[0]]
        $have = [string]$entry.($pair[1]).Value
        if ($null -ne $want -and -not ($have -ceq $want)) {
            Set-Known "$($pair[0]): $have" "$($pair[0]): $want" {
                $entry.Put($pair[1], $want)
                $entry.SetInfo()
            }
        }
    }
    if ($null -ne $options.groups) {
        $before = Get-GroupNames
        $wanted = @($options.groups | ForEach-Object { ([string]$_).Trim() } | Where-Object { $_ })
        if ($options.groups_action -ne 'remove') {
            foreach ($group in @($wanted | Where-Object { $before -notcontains $_ })) {
                Set-Known '' "group: $group" { Add-LocalGroupMember -Group $group -Member $name }
            }
        }
        foreach ($group in $before) {
            $goes = ($options.groups_action -eq 'replace' -and $wanted -notcontains $group) -or ($options.groups_action -eq 'remove' -and $wanted -contains $group)
            if ($goes) { Set-Known "group: $group" '' { Remove-LocalGroupMember -Group $group -Member $name } }
        }
    }
    $user = Get-Known
}
if (-not $user) {
    $result.state = 'absent'
    $result.msg = "User '$name' was not found"
    return
}
$entry = Get-Entry
$flags = Get-Flags
$result.name = $user.Name
$result.fullname = [string]$user.FullName
$result.description = [string]$user.Description
$result.path = "WinNT://./$name"
$result.sid = $user.SID.Value
$result.state = 'present'
$result.account_disabled = -not $user.Enabled
$result.account_locked = [bool]$entry.IsAccountLocked
$result.password_expired = [bool]$entry.PasswordExpired.Value
$result.password_never_expires = ($flags -band 0x10000) -ne 0
$result.user_cannot_change_password = -not $user.UserMayChangePassword
$result.groups = @(Get-GroupNames | ForEach-Object { @{ name = $_; path = "WinNT://./$_" } })
