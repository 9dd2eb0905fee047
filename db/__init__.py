"""What knows the storage of facts: tables, migrations, the one writer. No USB, no Qt."""
