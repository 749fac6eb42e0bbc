/** What every refusal looks like. */
import { z } from "zod";
import { API_ERRORS, type ApiErrorCode } from "../operation.ts";
import { json } from "./values.ts";

export const errorBody = z.object({
  error: z.object({
    code: z.enum(Object.keys(API_ERRORS) as [ApiErrorCode, ...ApiErrorCode[]]),
    message: z.string().meta({ description: "What was wrong, with which thing, and what to do; for people." }),
    details: json.optional().meta({ description: "More for programs." }),
  }),
}).meta({ id: "ErrorBody" });

export type ErrorBody = z.output<typeof errorBody>;
