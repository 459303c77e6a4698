# Answers, so that one knows that modules run.
$options = Read-Options @{ data = @{ type = 'str'; default = 'pong' } }
if ($options.data -eq 'crash') { throw 'boom' }
$Module.result.ping = $options.data
