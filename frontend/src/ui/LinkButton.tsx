import { createLink } from "@tanstack/react-router";
import { Button, type ButtonProps } from "antd";

/** A way to another page that looks like a button, and is a link for keyboard and screen reader. Colour it by `color` and `variant`. */
export const LinkButton = createLink((props: ButtonProps) => <Button {...props} />);
