"""The inventory as plugins fill it."""
from ansible.goplay.inventory import Inventory as InventoryData

__all__ = ['InventoryData']
