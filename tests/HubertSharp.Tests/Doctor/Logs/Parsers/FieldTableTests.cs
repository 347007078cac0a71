using System.Globalization;
using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;

namespace HubertSharp.Tests.Doctor.Logs.Parsers;

/// <summary>Tables as spreadsheets, Weights &amp; Biases and scripts really write them.</summary>
public class FieldTableTests
{
    [Theory]
    [InlineData("\"Step\",\"hub - train/loss\",\"hub - train/loss__MIN\"", "\"{0}\",\"{1}\",\"{1}\"")]
    [InlineData("\"train/global_step\",\"hub - train/loss\"", "\"{0}\",\"{1}\"")]
    [InlineData("\"trainer/global_step\",\"hub - train/loss\"", "\"{0}\",\"{1}\"")]
    [InlineData("\"_step\",\"loss\",\"loss__MIN\"", "\"{0}\",\"{1}\",\"0\"")]
    [InlineData("_step,train/global_step,train/loss", "7,{0},{1}")]
    [InlineData("\"Step\",\"lr=0.0005 - train/loss\"", "\"{0}\",\"{1}\"")]
    [InlineData("Step,lr=0.0005 - train/loss", "{0},{1}")]
    [InlineData("\"Step\",\"Group: {'a': 1, 'b': 2} - train/loss\"", "\"{0}\",\"{1}\"")]
    [InlineData("step,loss", "\"{0:#,0}\",{1}")]
    [InlineData("\"step\",\"loss\"", "\"{0:#,0}\",\"{1}\"")]
    [InlineData("步数,损失", "{0},{1}")]
    [InlineData("步数，训练损失", "{0}，{1}")]
    [InlineData("迭代次数\t训练损失\t学习率", "{0}\t{1}\t0.0005")]
    [InlineData("Schritt;Verlust", "{0:#'.'0};{1:D}")]
    [InlineData("Schritt;Trainingsverlust;Validierungsverlust", "{0};{1:D};6,4")]
    [InlineData("Schritt;Verlust", "{0:#' '0};{1:D}")]
    [InlineData("update,loss (bits)", "{0},{1}")]
    [InlineData("训练步数,验证集损失（bits）,训练集损失（bits）", "{0},3.1,{1}")]
    [InlineData("迭代步数,验证损失,平均损失", "{0},3.1,{1}")]
    [InlineData("Trainingsschritt;Validierungs-Verlust;Trainings-Verlust", "{0};3,1;{1:D}")]
    [InlineData("Global Step;Loss (val);Loss (train)", "{0};3.1;{1}")]
    [InlineData("Étape;Perte", "{0:#' '0};{1:D}")]
    [InlineData("ステップ,検証損失,損失", "{0},3.1,{1}")]
    [InlineData("sep=;\nstep;loss", "{0};{1}")]
    [InlineData("Training of my model\n# K=100\n\nstep,loss", "{0},{1}")]
    [InlineData("run,metric,value,step", "a,lr,0.0005,{0}\na,valid_loss,3.1,{0}\na,train_loss,{1},{0}")]
    [InlineData("run,tag,step,value,wall_time", "train,valid_loss,{0},3.1,17\ntrain,loss,{0},{1},17")]
    [InlineData("\"Step\",\"a - _step\",\"a - _step__MIN\",\"a - loss\"", "\"{0}\",\"{0}\",\"{0}\",\"{1}\"")]
    public void Every_form_of_a_table_is_read_like_the_plain_one(string header, string row)
    {
        using var folder = new TemporaryFolder();
        var found = DoctorInput.Read(folder.Write("a.csv", Table(header, row)));
        var report = LossDoctor.Examine(found);
        Assert.Equal(39_900, report.Updates);
        Assert.Equal(3.0, report.FinalLossBits!.Value, 0.1);
        Assert.Equal((LossVerdict.Normal, 100), (report.Verdict, report.Clusters));
    }

    [Fact]
    public void Chinese_in_the_bytes_of_a_spreadsheet_is_read()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("gbk.csv");
        File.WriteAllBytes(path, CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetBytes(Table("步数,损失", "{0},{1}")));
        Assert.Equal(39_900, LossDoctor.Examine(DoctorInput.Read(path)).Updates);
    }

    [Fact]
    public void A_german_table_in_the_bytes_of_a_spreadsheet_keeps_its_validation()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("latin1.csv");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(Table("Schritt;Prüfverlust;Trainingsverlust", "{0};6,4;{1:D}")));
        var report = LossDoctor.Examine(DoctorInput.Read(path));
        Assert.Equal((39_900, 6.4), (report.Updates, Math.Round(report.ValidLossBits!.Value, 1)));
    }

    [Fact]
    public void Percent_signs_and_thousands_as_letters_are_read()
    {
        using var folder = new TemporaryFolder();
        var rows = string.Concat(Enumerable.Range(1, 50).Select(i => $"{i}.5k,{9 - (0.1 * i):0.00},{80 - i}.0 %\n"));
        var report = LossDoctor.Examine(DoctorInput.Read(folder.Write("a.csv", $"step,ctc_loss,wer\n{rows}")));
        Assert.Equal((50_500, 30.0), (report.Updates, report.ErrorRatePercent));
    }

    [Fact]
    public void Epochs_alone_count_as_assumed_updates()
    {
        using var folder = new TemporaryFolder();
        var text = "epoch,loss\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"{i / 4.0},{6 - (0.05 * i)}\n"));
        var report = LossDoctor.Examine(DoctorInput.Read(folder.Write("a.csv", text)));
        Assert.Equal(10_000, report.Updates);
        Assert.Contains(report.Findings, f => f.Code == "updates_assumed");
    }

    [Theory]
    [InlineData("seed,step,loss", "1,{0},{1}\n2,{0},{1}")]
    [InlineData("experiment,step,loss", "x,{0},{1}\ny,{0},{1}")]
    [InlineData("run_id,key,value,step", "x,loss,{1},{0}\ny,loss,{1},{0}")]
    public void A_column_that_tells_runs_apart_is_one_of_runs(string header, string row)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(2, DoctorInput.ReadAll(folder.Write("a.csv", Table(header, row))).Count);
    }

    [Theory]
    [InlineData("Zeit,loss", "{0},{1}", "which column counts the updates?")]
    [InlineData("Шаги;Ошибка", "{0};{1}", "which column is the loss?")]
    [InlineData("1,2,3", "{0},{1},7", "which column is the loss?")]
    public void A_table_that_nobody_can_read_is_asked_about(string header, string row, string question)
    {
        using var folder = new TemporaryFolder();
        var fault = Assert.Throws<UserException>(() => DoctorInput.Read(folder.Write("a.csv", Table(header, row))));
        Assert.Contains($"a.csv: {question}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Step\",\"good - train/loss\",\"bad - train/loss\"", "\"{0}\",\"{1}\",\"{2}\"", "good", "bad")]
    [InlineData("step,good/loss,bad/loss", "{0},{1},{2}", "good", "bad")]
    [InlineData("step,good_loss,bad_loss", "{0},{1},{2}", "good_loss", "bad_loss")]
    public void Runs_side_by_side_get_a_verdict_each_by_name(string header, string row, string good, string bad)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.csv", Table(header, row));
        var runs = DoctorInput.ReadAll(path);
        Assert.Equal([$"{path} [{good}]", $"{path} [{bad}]"], runs.Select(r => r.Log));
        Assert.Equal([LossVerdict.Normal, LossVerdict.Broken], runs.Select(r => LossDoctor.Examine(r).Verdict));
        var fault = Assert.Throws<UserException>(() => DoctorInput.Read(path));
        Assert.Contains("several runs", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_below_each_other_get_a_verdict_each_too()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.csv", Table("run,step,loss", "good,{0},{1}\nbad,{0},{2}"));
        Assert.Equal([LossVerdict.Normal, LossVerdict.Broken], DoctorInput.ReadAll(path).Select(r => LossDoctor.Examine(r).Verdict));
    }

    [Fact]
    public void Columns_that_do_not_say_that_they_are_losses_are_asked_about()
    {
        using var folder = new TemporaryFolder();
        var fault = Assert.Throws<UserException>(() => DoctorInput.Read(folder.Write("a.csv", Table("step,one,two", "{0},{1},{2}"))));
        Assert.Contains("'one', 'two'", fault.Message, StringComparison.Ordinal);
    }

    // {0} update, {1} a loss that falls from 6.6 to 3.0 bits ({1:D} with a decimal comma), {2} one that ends in NaN
    private static string Table(string header, string row)
    {
        var text = new StringBuilder(header).Append('\n');
        for (var u = 100; u <= 39_900; u += 100)
        {
            var loss = 3 + (3.65 * Math.Exp(-u / 5000.0)) + (0.02 * Math.Sin(u));
            text.AppendFormat(new Commas(), row, u, new Loss(loss), u > 20_000 ? "nan" : new Loss(loss)).Append('\n');
        }
        return text.ToString();
    }

    private readonly record struct Loss(double Value) : IFormattable
    {
        public string ToString(string? format, IFormatProvider? provider)
        {
            var text = Value.ToString("0.0000", CultureInfo.InvariantCulture);
            return format == "D" ? text.Replace('.', ',') : text;
        }
    }

    // "#,0", "#.0" and "# 0" group by comma, point and blank
    private sealed class Commas : IFormatProvider, ICustomFormatter
    {
        public object? GetFormat(Type? type) => type == typeof(ICustomFormatter) ? this : CultureInfo.InvariantCulture.GetFormat(type!);

        public string Format(string? format, object? value, IFormatProvider? provider) =>
            value is int number && format is not null
                ? number.ToString("#,0", CultureInfo.InvariantCulture)
                    .Replace(",", format.Trim('#', '0').Trim('\''), StringComparison.Ordinal)
                : value is IFormattable other ? other.ToString(format, CultureInfo.InvariantCulture) : $"{value}";
    }
}
