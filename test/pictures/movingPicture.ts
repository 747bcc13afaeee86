import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

interface Frame {
  /** What the window shows, without the pointer. */
  readonly window: Buffer;
  readonly caption: Buffer;
  readonly pointer: Point;
  readonly pressed: boolean;
  readonly ms: number;
}

/** Few, so that the file is small: the window is gray text on white, with blue buttons. */
const COLORS = 16;

const CAPTION_HEIGHT = 40;

/** In this many frames, the pointer moves to its next target. */
const STEPS = 4;
const STEP_MS = 80;
const PRESS_MS = 500;

/** Larger than the pointer and the ring around it. */
const POINTER_SIZE = 64;

/** An animation of what a window shows, with the pointer, which no screenshot has, and a caption below the window. */
export class MovingPicture {
  private readonly frames: Frame[] = [];
  private pointer: Point;
  private caption: Buffer = Buffer.alloc(0);

  /** @param area the part of the window that is shown */
  constructor(
    private readonly page: Page,
    private readonly area: Area,
  ) {
    this.pointer = { x: area.x + area.width - 120, y: area.y + area.height - 120 };
  }

  /** Sets the caption of the frames that follow. */
  async say(text: string): Promise<void> {
    const page = await this.page.context().newPage();
    await page.setViewportSize({ width: this.area.width, height: CAPTION_HEIGHT });
    await page.setContent(
      `<body style="margin: 0; background: #1f3a5f; color: #fff; font: 600 16px/${CAPTION_HEIGHT}px system-ui; text-align: center"></body>`,
    );
    await page.locator('body').evaluate((body: { textContent: string }, caption) => {
      body.textContent = caption;
    }, text);
    this.caption = await page.screenshot();
    await page.close();
    await this.page.bringToFront();
  }

  /** Adds a frame. */
  async show(ms: number, pressed = false): Promise<void> {
    const window = await this.page.screenshot({ clip: this.area, animations: 'disabled', caret: 'hide' });
    this.frames.push({ window, caption: this.caption, pointer: this.pointer, pressed, ms });
  }

  /** Moves the pointer to a target. */
  private async pointAt(target: Locator, at?: Point): Promise<void> {
    const box = await target.boundingBox();
    if (!box) throw new Error(`${target.toString()} is not shown`);
    const to = at ? { x: box.x + at.x, y: box.y + at.y } : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const from = this.pointer;
    for (let step = 1; step <= STEPS; step++) {
      const part = step / STEPS;
      this.pointer = { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
      await this.page.mouse.move(this.pointer.x, this.pointer.y);
      await this.show(STEP_MS);
    }
  }

  /** Moves the pointer to a target, shows that it is pressed, and clicks. */
  async click(target: Locator, { at, button }: { at?: Point; button?: 'right' } = {}): Promise<void> {
    await this.pointAt(target, at);
    await this.show(PRESS_MS, true);
    await this.page.mouse.click(this.pointer.x, this.pointer.y, button && { button });
  }

  /** Moves the pointer to an item of the open menu, and chooses it with the keyboard: a menu ignores the mouse right after it opens. */
  async choose(item: Locator): Promise<void> {
    await item.waitFor();
    await this.show(PRESS_MS);
    await this.pointAt(item, { x: 80, y: 12 });
    await this.show(PRESS_MS, true);
    await this.page.keyboard.press('Enter');
    await item.waitFor({ state: 'hidden' });
  }

  /** Writes an animated GIF, which starts again at its end. */
  async write(file: string): Promise<void> {
    const images = await Promise.all(this.frames.map((frame) => this.draw(frame)));
    const gif = await sharp(images, { join: { animated: true } })
      .gif({ delay: this.frames.map(({ ms }) => ms), loop: 0, colours: COLORS, dither: 0, effort: 10 })
      .toBuffer();
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, gif);
  }

  private async draw({ window, caption, pointer, pressed }: Frame): Promise<Buffer> {
    return sharp(window)
      .extend({ bottom: CAPTION_HEIGHT, background: '#fff' })
      .composite([
        { input: caption, left: 0, top: this.area.height },
        {
          input: pointerImage(pressed),
          left: Math.round(pointer.x - this.area.x - POINTER_SIZE / 2),
          top: Math.round(pointer.y - this.area.y - POINTER_SIZE / 2),
        },
      ])
      .removeAlpha()
      .png()
      .toBuffer();
  }
}

/** An arrow whose tip is in the middle, with a ring around the tip if pressed. */
function pointerImage(pressed: boolean): Buffer {
  const ring = pressed ? '<circle r="20" fill="#f60" fill-opacity=".25" stroke="#f60" stroke-width="3"/>' : '';
  const arrow = '<path d="M0 0v21l5-5 4 9 4-2-4-8h7z" fill="#000" stroke="#fff" stroke-width="1.5"/>';
  const half = POINTER_SIZE / 2;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${POINTER_SIZE}" height="${POINTER_SIZE}" viewBox="${-half} ${-half} ${POINTER_SIZE} ${POINTER_SIZE}">${ring}${arrow}</svg>`,
  );
}
