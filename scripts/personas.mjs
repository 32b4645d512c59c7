// Makes the seeded data set that users' files hold, at build time: faker is far too large for a k6 bundle, and k6 loads the result once per process.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { base, en, Faker } from "@faker-js/faker";

/** Personas of each size. Users share them by number; what is unique to a user (its canary) is added when it starts. */
const COUNT = 64;
/** Fields (leaves of the profile, purchases and preferences) and activity log entries of a persona. */
const SIZES = { small: { fields: 50, log: 30 }, medium: { fields: 200, log: 180 }, large: { fields: 500, log: 480 } };
/** Fixed, so that every build of a commit makes the same bytes. */
const SEED = 14_800;
const EPOCH = new Date("2026-01-01T00:00:00Z");

function demographics(f) {
  return {
    name: f.person.fullName(),
    birthdate: f.date.birthdate({ min: 18, max: 80, mode: "age", refDate: EPOCH }).toISOString().slice(0, 10),
    job: f.person.jobTitle(),
    city: f.location.city(),
    country: f.location.country(),
    language: f.helpers.arrayElement(["en", "de", "es", "fr", "ja", "pt"]),
    bio: f.person.bio(),
    email: f.internet.exampleEmail(),
    phone: f.phone.number({ style: "international" }),
    height_cm: f.number.int({ min: 150, max: 205 }),
  };
}

const logEntry = (f) => ({
  at: f.date.recent({ days: 90, refDate: EPOCH }).toISOString(),
  action: f.helpers.arrayElement(["viewed", "liked", "shared", "searched", "bought", "listened", "commented"]),
  subject: f.commerce.productName(),
  seconds: f.number.int({ min: 1, max: 1800 }),
});

/** One purchase is 4 fields. */
const purchase = (f) => ({
  item: f.commerce.productName(),
  price: Number(f.commerce.price({ min: 1, max: 500 })),
  at: f.date.past({ years: 2, refDate: EPOCH }).toISOString().slice(0, 10),
  department: f.commerce.department(),
});

/** The size's fields: 10 of demographics, of the rest three quarters purchases and one quarter preferences. */
export function persona(f, { fields, log }) {
  const rest = fields - 10;
  const purchases = Math.floor((rest * 3) / 4 / 4);
  const preferences = rest - purchases * 4;
  return {
    profile: { demographics: demographics(f) },
    activity_log: f.helpers.multiple(() => logEntry(f), { count: log }),
    purchase_history: f.helpers.multiple(() => purchase(f), { count: purchases }),
    preferences: Object.fromEntries(
      Array.from({ length: preferences }, (_, i) => [
        `${f.word.noun()}_${i}`,
        f.datatype.boolean() ? f.word.adjective() : f.number.int(100),
      ]),
    ),
  };
}

/** Writes personas-<size>.json into `outDir`: a list of JSON texts, so that k6 hands out strings without parsing them. */
export function writePersonas(outDir) {
  mkdirSync(outDir, { recursive: true });
  for (const [size, shape] of Object.entries(SIZES)) {
    const faker = new Faker({ locale: [en, base], seed: SEED });
    faker.setDefaultRefDate(EPOCH);
    const texts = Array.from({ length: COUNT }, () => JSON.stringify(persona(faker, shape)));
    writeFileSync(join(outDir, `personas-${size}.json`), JSON.stringify(texts));
  }
}
