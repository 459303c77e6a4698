# Sets environment variables of the machine or of the user.
$options = Read-Options @{
    name = @{ type = 'str' }; value = @{ type = 'str' }; variables = @{ type = 'dict' }
    state = @{ type = 'str'; default = 'present'; choices = @('absent', 'present') }
    level = @{ type = 'str'; required = $true; choices = @('machine', 'process', 'user') }
}
if (-not $options.name -and -not $options.variables) { Stop-Module 'one of the following is required: name, variables' }
if ($options.name -and $options.variables) { Stop-Module 'parameters are mutually exclusive: name, variables' }
$wanted = $options.variables
if ($options.name) {
    if ($options.state -eq 'present' -and -not $options.value) { Stop-Module "When state=present, value must be defined and not an empty string, if you wish to remove the envvar, set state=absent" }
    $wanted = @{}
    $wanted[$options.name] = $options.value
}
$result = $Module.result
$result.values = @{}
foreach ($name in @($wanted.Keys)) {
    $before = [Environment]::GetEnvironmentVariable($name, $options.level)
    $after = $null
    if ($options.state -eq 'present') { $after = [string]$wanted[$name] }
    $changed = -not ($before -ceq $after)
    $result.values[$name] = @{ before = $before; after = $after; changed = $changed }
    if ($options.name) {
        $result.before_value = $before
        $result.value = $after
    }
    if (-not $changed) { continue }
    $result.changed = $true
    Add-Diff "$name=$before" "$name=$after"
    # A variable of the process would be that of all calls: modules share it, and the next task has another one in Ansible, too.
    if (-not $Module.check -and $options.level -ne 'process') { [Environment]::SetEnvironmentVariable($name, $after, $options.level) }
}
