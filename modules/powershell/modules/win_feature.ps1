# Adds and removes roles and features of Windows Server.
$options = Read-Options @{
    name = @{ type = 'list'; required = $true }; state = @{ type = 'str'; default = 'present'; choices = @('absent', 'present') }
    include_management_tools = @{ type = 'bool'; default = $false }; include_sub_features = @{ type = 'bool'; default = $false }; source = @{ type = 'str' }
}
if (-not (Get-Command -Name Get-WindowsFeature -ErrorAction SilentlyContinue)) {
    Stop-Module 'This version of Windows does not support the cmdlets Get-WindowsFeature and Install-WindowsFeature: it is no server'
}
$names = @($options.name | ForEach-Object { ([string]$_).Trim() })
$unknown = @($names | Where-Object { -not (Get-WindowsFeature -Name $_) })
if ($unknown.Count -gt 0) { Stop-Module "Failed to find: $($unknown -join ', '); it is not a valid feature name" }
$how = @{ Name = $names; Restart = $false; WhatIf = [bool]$Module.check; IncludeManagementTools = $options.include_management_tools }
if ($options.state -eq 'present') {
    $how.IncludeAllSubFeature = $options.include_sub_features
    if ($options.source) { $how.Source = $options.source }
    $made = Install-WindowsFeature @how
} else {
    $made = Uninstall-WindowsFeature @how
}
$result = $Module.result
$result.exitcode = [string]$made.ExitCode
$result.reboot_required = ([string]$made.RestartNeeded) -eq 'Yes'
$result.feature_result = @($made.FeatureResult | ForEach-Object {
        @{
            id = $_.Id; display_name = $_.DisplayName; message = @($_.Message | ForEach-Object { [string]$_ }); reboot_required = ([string]$_.RestartNeeded) -eq 'Yes'
            skip_reason = [string]$_.SkipReason; success = [bool]$_.Success; restart_needed = ([string]$_.RestartNeeded) -eq 'Yes'
        }
    })
$result.success = [bool]$made.Success
$result.changed = @($made.FeatureResult).Count -gt 0
if ($result.changed) {
    foreach ($feature in @($made.FeatureResult)) {
        if ($options.state -eq 'present') { Add-Diff '' $feature.DisplayName } else { Add-Diff $feature.DisplayName '' }
    }
}
if (-not $made.Success) { Stop-Module 'Failed to add or remove the features' }
