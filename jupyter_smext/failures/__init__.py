"""Why resources fail: AWS's reason and the log's last lines, mapped to causes and what to do."""
