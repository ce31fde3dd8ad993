import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

export interface Item {
  id: string;
  label: string;
  count: number;
  price?: number;
}

const MAX_ITEMS = 500;
const DEFAULT_CURRENCY = "EUR";

/** Keeps the items of one shelf. */
export class Shelf {
  private readonly items = new Map<string, Item>();

  constructor(private readonly name: string, private readonly room: string) {}

  get size(): number {
    return this.items.size;
  }

  add(item: Item): boolean {
    if (this.items.size >= MAX_ITEMS) {
      return false;
    }
    const known = this.items.get(item.id);
    if (known) {
      known.count += item.count;
    } else {
      this.items.set(item.id, { ...item });
    }
    return true;
  }

  remove(id: string, count = 1): boolean {
    const known = this.items.get(id);
    if (!known) {
      return false;
    }
    known.count -= count;
    if (known.count <= 0) {
      this.items.delete(id);
    }
    return true;
  }

  total(): number {
    let sum = 0;
    for (const item of this.items.values()) {
      sum += item.count * (item.price ?? 0);
    }
    return sum;
  }

  describe(): string {
    const rows = [...this.items.values()].map((item) => `${item.label}: ${item.count}`);
    const head = `${this.room}/${this.name}`;
    return [head, ...rows].join("\n");
  }

  toJSON(): Item[] {
    return [...this.items.values()].sort((a, b) => a.id.localeCompare(b.id));
  }
}

export class Ledger {
  private entries: Array<{ at: Date; amount: number; note: string }> = [];

  book(amount: number, note: string): void {
    const at = new Date();
    this.entries.push({ at, amount, note });
  }

  total(): number {
    let sum = 0;
    for (const entry of this.entries) {
      sum += entry.amount;
    }
    return sum;
  }

  describe(): string {
    const rows = this.entries.map((entry) => `${entry.at.toISOString()} ${entry.note}`);
    return rows.join("\n");
  }
}

export function parseItem(line: string): Item | null {
  const [id, label, count, price] = line.split(";").map((part) => part.trim());
  if (!id || !label) {
    return null;
  }
  const item: Item = { id, label, count: Number(count) || 0 };
  if (price) {
    item.price = Number(price);
  }
  return item;
}

export async function loadShelf(file: string): Promise<Shelf> {
  const text = await readFile(file, "utf-8");
  const shelf = new Shelf(path.basename(file, ".csv"), path.dirname(file));
  for (const line of text.split("\n")) {
    const item = parseItem(line);
    if (item !== null) {
      shelf.add(item);
    }
  }
  return shelf;
}

export async function saveShelf(shelf: Shelf, file: string): Promise<void> {
  const rows = shelf.toJSON().map((item) => {
    const price = item.price === undefined ? "" : String(item.price);
    return [item.id, item.label, item.count, price].join(";");
  });
  await writeFile(file, rows.join("\n") + "\n", "utf-8");
}

export const formatPrice = (amount: number, currency = DEFAULT_CURRENCY): string => {
  const rounded = amount.toFixed(2);
  const [whole, cents] = rounded.split(".");
  return `${whole},${cents} ${currency}`;
};
