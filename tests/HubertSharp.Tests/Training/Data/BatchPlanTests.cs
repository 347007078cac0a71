using CsCheck;
using HubertSharp.Training;
using HubertSharp.Training.Data;

namespace HubertSharp.Tests.Training.Data;

public class BatchPlanTests
{
    [Fact]
    public void Longest_first_and_ties_by_falling_index_without_shuffling() =>
        Assert.Equal([4, 2, 0, 3, 1], BatchPlan.OrderByLength([20000, 16000, 24007, 18560, 28758], seed: null));

    /// <summary>The fast way and the plain one, which lengths of weeks take, sort alike.</summary>
    [Fact]
    public void The_order_is_that_of_a_plain_sort() => Gen.Long[1, 9].Array[1, 60].Sample(lengths =>
    {
        var expected = Enumerable.Range(0, lengths.Length).OrderByDescending(i => lengths[i]).ThenByDescending(i => i);
        Assert.Equal(expected, BatchPlan.OrderByLength(lengths, seed: null));
        Assert.Equal(BatchPlan.OrderByLength(lengths, 3), BatchPlan.OrderByLength([.. lengths.Select(l => l << 40)], 3));
    });

    [Fact]
    public void Ties_depend_on_the_seed_and_only_on_it()
    {
        var lengths = Enumerable.Repeat(5L, 50).ToArray();
        Assert.Equal(BatchPlan.OrderByLength(lengths, 7), BatchPlan.OrderByLength(lengths, 7));
        Assert.NotEqual(BatchPlan.OrderByLength(lengths, 7), BatchPlan.OrderByLength(lengths, 8));
    }

    [Fact]
    public void Rows_above_the_multiple_come_in_multiples_of_it()
    {
        var batches = BatchPlan.Pack([.. Enumerable.Range(0, 25)], _ => 10, maxTokens: 190, maxRows: 0, multiple: 8);
        Assert.Equal([16, 8, 1], batches.Select(b => b.Length));
    }

    [Fact]
    public void Every_utterance_is_in_one_batch_and_every_batch_within_the_limit() =>
        Gen.Int[1, 100].Array[1, 200].Sample(sizes =>
        {
            var order = BatchPlan.OrderByLength([.. sizes.Select(s => (long)s)], 1);
            var batches = BatchPlan.Pack(order, i => sizes[i], maxTokens: 300, maxRows: 0, multiple: 8);
            Assert.Equal(order, batches.SelectMany(b => b));
            Assert.All(batches, b => Assert.True(b.Length * b.Max(i => sizes[i]) <= 300 && (b.Length < 8 || b.Length % 8 == 0)));
        });

    [Fact]
    public void An_epoch_meets_every_batch_once_in_another_order_each_time()
    {
        var batches = Enumerable.Range(0, 10).Select(i => new[] { i }).ToList();
        var plan = new UpdatePlan(batches, [3], runSeed: 1, skipRemainder: false);
        Assert.Equal(4, plan.UpdatesInEpoch(1));
        int[][] epochs = [Epoch(1), Epoch(5)];
        Assert.All(epochs, e => Assert.Equal(Enumerable.Range(0, 10), e.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.True(plan.EndsEpoch(4));
        Assert.Equal((2, 0), plan.Locate(5));

        int[] Epoch(long first) => [.. Enumerable.Range(0, 4).SelectMany(i => plan.MicroBatches(first + i)).SelectMany(b => b)];
    }

    [Fact]
    public void Skip_remainder_batch_leaves_out_the_last_of_the_shuffled_order()
    {
        var plan = new UpdatePlan([.. Enumerable.Range(0, 10).Select(i => new[] { i })], [1], runSeed: 1, skipRemainder: true);
        var order = BatchPlan.EpochOrder(10, 1, 1);
        Assert.Equal(9, plan.UpdatesInEpoch(1));
        Assert.Equal(order[..9], Enumerable.Range(1, 9).Select(u => plan.MicroBatches(u)[0][0]));
        Assert.Equal(1, new UpdatePlan([[7]], [1], 1, skipRemainder: true).UpdatesInEpoch(1));
        var grouped = new UpdatePlan([.. Enumerable.Range(0, 10).Select(i => new[] { i })], [4], runSeed: 1, skipRemainder: true);
        Assert.Equal([4, 4], Enumerable.Range(1, 2).Select(u => grouped.MicroBatches(u).Length)); // the ninth would be alone
        Assert.Equal((2, 0), grouped.Locate(3));
    }

    [Fact]
    public void The_epochs_of_a_curriculum_keep_the_order()
    {
        var plan = new UpdatePlan([.. Enumerable.Range(0, 10).Select(i => new[] { i })], [1], runSeed: 1, skipRemainder: false,
            curriculum: 2);
        int[] Epoch(int epoch) => [.. Enumerable.Range(0, 10).Select(i => plan.MicroBatches((epoch - 1) * 10 + i + 1)[0][0])];
        Assert.Equal([.. Enumerable.Range(0, 10)], Epoch(1));
        Assert.Equal(Epoch(1), Epoch(2));
        Assert.Equal(BatchPlan.EpochOrder(10, 1, 3), Epoch(3));
    }

    [Fact]
    public void The_order_is_numpys()
    {
        // np.random.seed(0); np.random.permutation(10), and the first word of MT19937 with its own default seed
        int[] items = [.. Enumerable.Range(0, 10)];
        new NumpyRandom(0).Shuffle(items);
        Assert.Equal([2, 8, 4, 9, 1, 6, 7, 3, 0, 5], items);
        Assert.Equal(3499211612u, new NumpyRandom(5489).Next());
    }

    [Fact]
    public void Seeds_are_what_they_have_always_been()
    {
        // from a twin in Python; other numbers would mean other crops, masks and dropouts for the runs that people have
        Assert.Equal(1679554742479536955UL, UpdateSeed.Derive(1337, UpdateSeed.Purpose.Step, update: 5, microBatch: 1));
        Assert.Equal(10356172066377118932UL, UpdateSeed.Derive(1, UpdateSeed.Purpose.Crop, update: 7, row: 3));
        Assert.Equal(133, UpdateSeed.Below(12345, 1000));
    }

    [Fact]
    public void Update_freq_may_change_from_epoch_to_epoch()
    {
        var plan = new UpdatePlan([.. Enumerable.Range(0, 10).Select(i => new[] { i })], [1, 5], runSeed: 1, skipRemainder: false);
        Assert.Equal((1, 9), plan.Locate(10));
        Assert.Equal((2, 0), plan.Locate(11));
        Assert.Equal(5, plan.MicroBatches(11).Length);
        Assert.Equal((3, 1), plan.Locate(14));
    }
}
