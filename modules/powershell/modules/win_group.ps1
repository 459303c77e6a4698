# Makes, changes and removes a local group.
$options = Read-Options @{
    name = @{ type = 'str'; required = $true }; description = @{ type = 'str' }; state = @{ type = 'str'; default = 'present'; choices = @('absent', 'present') }
}
$result = $Module.result
$name = $options.name
$group = Get-LocalGroup | Where-Object { $_.Name -eq $name }
if ($options.state -eq 'absent') {
    if ($group) {
        $result.changed = $true
        Add-Diff $name ''
        if (-not $Module.check) { Remove-LocalGroup -Name $name }
        $result.msg = "Group '$name' is removed"
    } else {
        $result.msg = "Group '$name' is not there"
    }
    return
}
if (-not $group) {
    $result.changed = $true
    Add-Diff '' $name
    if (-not $Module.check) {
        $new = @{ Name = $name }
        if ($options.description) { $new.Description = $options.description }
        $null = New-LocalGroup @new
    }
} elseif ($null -ne $options.description -and -not ([string]$group.Description -ceq $options.description)) {
    $result.changed = $true
    Add-Diff "description: $($group.Description)" "description: $($options.description)"
    if (-not $Module.check) { Set-LocalGroup -Name $name -Description $options.description }
}
