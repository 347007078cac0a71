using HubertSharp.Decoding;

namespace HubertSharp.Tests.Decoding;

public class TokenTrieTests
{
    [Fact]
    public void Nodes_look_forward_to_the_best_word_beneath()
    {
        var trie = new TokenTrie([[1, 2], [1, 3], [1, 2], [4], [1, 2, 5]], [0, 1, 2, 3, 0], [-5, -1, -3, -9]);
        Assert.Equal(6, trie.Count);
        var one = trie.Child(TokenTrie.Root, 1);
        Assert.Equal(-1, trie.Best(one));
        var two = trie.Child(one, 2);
        Assert.Equal((-3f, true), (trie.Best(two), trie.HasChildren(two)));
        Assert.Equal([0, 2], trie.Words(two).ToArray()); // words that are spelt alike
        Assert.Equal(-5, trie.Best(trie.Child(two, 5)));
        Assert.Equal(-9, trie.Best(trie.Child(TokenTrie.Root, 4)));
        Assert.Equal((TokenTrie.None, TokenTrie.None), (trie.Child(one, 4), trie.Child(TokenTrie.Root, 2)));
        Assert.Equal(0, trie.Best(TokenTrie.Root));
    }

    [Fact]
    public void The_best_come_first()
    {
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var scores = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (double)random.Next(10)).ToArray();
            var (count, indices) = (random.Next(scores.Length + 1), Enumerable.Range(0, scores.Length).ToArray());
            BestFirst.Select(indices, scores, count);
            Assert.Equal(Enumerable.Range(0, scores.Length), indices.Order());
            Assert.Equal(scores.OrderDescending().Take(count), indices.Take(count).Select(index => scores[index]).OrderDescending());
        }
    }
}
