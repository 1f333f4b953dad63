"""What happened is kept here, can be found again, and is deleted in time."""

from records.open import Records

__all__ = ["Records"]
