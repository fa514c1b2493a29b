import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Post = components["schemas"]["PostOut"];

export const postsQuery = () =>
  queryOptions({
    queryKey: ["post", "list"],
    queryFn: () => ok(api.GET("/api/v1/org/posts")),
    staleTime: 5 * 60_000,
  });

/** What a post is called in the reader's language. */
export function usePostTitle(): (post: string) => string {
  const { data } = useQuery(postsQuery());
  const titles = new Map(data?.items.map(({ post, title }) => [post, title]));
  return (post) => titles.get(post) ?? post;
}

/** The posts as options of a choice. */
export function usePostOptions(): { value: string; label: string }[] {
  const { data } = useQuery(postsQuery());
  return data?.items.map(({ post, title }) => ({ value: post, label: title })) ?? [];
}
