import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** Debian's name; elsewhere the variable says where a Chromium is. */
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const WAIT_MS = 15_000;

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
}

export const DESKTOP: Look = { width: 1440, height: 900 };
export const PHONE: Look = { width: 390, height: 844 };

/** A browser with nothing remembered, and everything it complained about. */
export interface TestBrowser {
  readonly page: Page;
  /** Errors on the console, failed requests, uncaught exceptions, and violations of the content security policy. */
  readonly complaints: string[];
  look(look: Look): Promise<void>;
  /** How far the page can be scrolled sideways, in CSS pixels: 0 is right. */
  overflow(): Promise<number>;
  close(): Promise<void>;
}

/** Opens a browser with a new user folder, so that runs know nothing of each other. */
export async function openBrowser(): Promise<TestBrowser> {
  const profile = await mkdtemp(path.join(tmpdir(), 'shuniu-browser-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: FLAGS, viewport: DESKTOP, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(WAIT_MS);
  return {
    page,
    complaints: complaintsOf(page),
    async look({ width, height, dark = false }) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
    },
    overflow: () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    close: () => closed(context, profile),
  };
}

/** Chromium reports a violation of the policy as an error on the console. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

async function closed(context: BrowserContext, profile: string): Promise<void> {
  await context.close();
  await rm(profile, { recursive: true, force: true });
}
