import { createLink } from "@tanstack/react-router";
import { Button, type ButtonProps } from "antd";

/** A way to another page that looks like a button: a link for the keyboard, the mouse's middle button and the screen reader. */
export const LinkButton = createLink((props: ButtonProps) => <Button {...props} />);
