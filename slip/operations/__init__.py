"""Operations: what keeps the portal standing (grants, soft cache, rate limits, health, backup, benchmarks)."""
