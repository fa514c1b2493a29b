// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { play } from "@/ui/stage";
import { AssessmentForm } from "./form";

// The client reads config.json when it is loaded; here nobody serves one.
vi.hoisted(() => vi.stubGlobal("fetch", async () => Response.json({})));

const CHANNEL = { id: "0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11", name: "百度搜索推广" };
const form = <AssessmentForm channel={CHANNEL} open onClose={() => undefined} />;

afterEach(cleanup);

async function weigh(weights: number[]) {
  const fields = await screen.findAllByRole("spinbutton", { name: "权重" });
  weights.forEach((weight, index) => {
    const field = fields[index];
    if (field) fireEvent.change(field, { target: { value: String(weight) } });
  });
}

describe("an assessment", () => {
  it("has its score while one writes, as the weighed sum of the criteria", async () => {
    await play(form, {});
    await weigh([30, 20, 20, 20, 10]);
    const scores = await screen.findAllByRole("spinbutton", { name: "得分（0–100）" });
    [80, 70, 61, 90, 100].forEach((score, index) => {
      const field = scores[index];
      if (field) fireEvent.change(field, { target: { value: String(score) } });
    });
    await waitFor(() => expect(screen.getByRole("status").textContent).toContain("78.2"));
    expect(screen.getByRole("status").textContent).toContain("权重合计 100%");
  });

  it("has no score until the weights are whole, and says what is missing or too much", async () => {
    await play(form, {});
    await weigh([30, 20, 20, 10, 10]);
    await waitFor(() => expect(screen.getByRole("status").textContent).toContain("还差 10%"));
    await weigh([50, 20, 20, 10, 10]);
    await waitFor(() => expect(screen.getByRole("status").textContent).toContain("超出 10%"));
    expect(screen.getByRole("status").textContent).toContain("–");
  });
});
