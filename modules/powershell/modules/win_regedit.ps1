# Makes, changes and removes keys and values of the registry.
$options = Read-Options @{
    path = @{ type = 'str'; required = $true; aliases = @('key') }; name = @{ type = 'str'; aliases = @('entry', 'value') }; data = @{ type = 'raw' }
    type = @{ type = 'str'; default = 'string'; aliases = @('datatype'); choices = @('none', 'binary', 'dword', 'expandstring', 'multistring', 'string', 'qword') }
    state = @{ type = 'str'; default = 'present'; choices = @('absent', 'present') }; delete_key = @{ type = 'bool'; default = $true }
}

# Gives a number that may be written in hexadecimal digits, or without a sign.
function ConvertTo-Number($Data, $Bits) {
    if ($null -eq $Data) { return 0 }
    $text = ([string]$Data).Trim()
    try {
        if ($text -match '^0x([0-9a-fA-F]+)$') {
            if ($Bits -eq 32) { return [Convert]::ToInt32($Matches[1], 16) }
            return [Convert]::ToInt64($Matches[1], 16)
        }
        if ($Bits -eq 64) {
            if ($text -match '^-') { return [long]$text }
            return [BitConverter]::ToInt64([BitConverter]::GetBytes([UInt64]$text), 0)
        }
        if ($text -match '^-') { return [int]$text }
        return [BitConverter]::ToInt32([BitConverter]::GetBytes([UInt32]$text), 0)
    } catch {
        Stop-Module "the data '$text' is no number of $Bits bits"
    }
}

function ConvertTo-Bytes($Data) {
    if ($null -eq $Data) { return , [byte[]]@() }
    if ($Data -is [System.Collections.IList]) { return , [byte[]]@($Data) }
    $text = ([string]$Data).Trim()
    if ($text -eq '') { return , [byte[]]@() }
    if ($text -notmatch '^(?:hex:)?[0-9a-fA-F]{1,2}(?:,[0-9a-fA-F]{1,2})*$') { Stop-Module "the data '$text' is not binary: it must be as in hex:be,ef" }
    $text = $text -replace '^hex:', ''
    return , [byte[]]@($text -split ',' | ForEach-Object { [Convert]::ToInt32($_, 16) })
}

function ConvertTo-Data($Type, $Data) {
    switch ($Type) {
        'dword' { return ConvertTo-Number $Data 32 }
        'qword' { return ConvertTo-Number $Data 64 }
        'binary' { return , (ConvertTo-Bytes $Data) }
        'none' { return , (ConvertTo-Bytes $Data) }
        'multistring' {
            if ($null -eq $Data) { return , [string[]]@() }
            return , [string[]]@($Data)
        }
        default { return [string]$Data }
    }
}

if ($options.path -notmatch '^(HKLM|HKCU|HKCR|HKU|HKCC):(?:\\(.*))?$') {
    Stop-Module "path: $($options.path) is not a valid powershell path"
}
$hives = @{ HKLM = 'LocalMachine'; HKCU = 'CurrentUser'; HKCR = 'ClassesRoot'; HKU = 'Users'; HKCC = 'CurrentConfig' }
$base = [Microsoft.Win32.RegistryKey]::OpenBaseKey($hives[$Matches[1]], 'Default')
$sub = ([string]$Matches[2]).Trim('\')
$result = $Module.result
$result.data_changed = $false
$result.data_type_changed = $false
$key = $base.OpenSubKey($sub, -not $Module.check)
$name = [string]$options.name
$there = $null -ne $key -and (@($key.GetValueNames()) -contains $name)
if ($options.state -eq 'absent') {
    if ($null -eq $key) { return }
    if (-not $options.name -and $options.delete_key) {
        $result.changed = $true
        Add-Diff $options.path ''
        $key.Close()
        if (-not $Module.check) { $base.DeleteSubKeyTree($sub) }
        return
    }
    if ($there) {
        $result.changed = $true
        Add-Diff "$($options.path) $name=$(@($key.GetValue($name, $null, 'DoNotExpandEnvironmentNames')) -join ',')" ''
        if (-not $Module.check) { $key.DeleteValue($name) }
    }
    return
}
if ($null -eq $key) {
    $result.changed = $true
    if (-not $Module.check) { $key = $base.CreateSubKey($sub) }
}
if (-not $options.name -and $null -eq $options.data) {
    if ($result.changed) { Add-Diff '' $options.path }
    return
}
$data = ConvertTo-Data $options.type $options.data
$old = $null
if ($there) {
    $old = $key.GetValue($name, $null, 'DoNotExpandEnvironmentNames')
    $result.data_type_changed = [string]$key.GetValueKind($name) -ne $options.type
    $result.data_changed = -not ((@($old) -join "`n") -ceq (@($data) -join "`n"))
    if (-not $result.data_type_changed -and -not $result.data_changed) { return }
}
$result.changed = $true
Add-Diff "$name=$(@($old) -join ',')" "$name=$(@($data) -join ',')"
if (-not $Module.check) { $key.SetValue($name, $data, $options.type) }
