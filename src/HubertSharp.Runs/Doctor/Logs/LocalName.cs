namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>Names of columns in Chinese and German, as tables of such programs and spreadsheets have them.</summary>
internal static class LocalName
{
    /// <summary>The English name that a name stands for; itself where it is none of these.</summary>
    /// <param name="name">In lower case.</param>
    public static string InEnglish(string name) => Names.GetValueOrDefault(name.Replace(" ", "", StringComparison.Ordinal), name);

    private static readonly Dictionary<string, string> Names = Table(
        ("step", "步数 步 步骤 步數 步驟 训练步数 訓練步數 训练步 全局步数 schritt schritte trainingsschritt trainingsschritte globalerschritt"),
        ("iteration", "迭代 迭代次数 迭代次數 迭代数 iterationen iterationsschritt"),
        ("updates", "更新 更新次数 更新次數 更新数 更新步数 aktualisierung aktualisierungen"),
        ("epoch", "轮次 轮数 轮 训练轮次 訓練輪次 輪次 周期 epoche epochen"),
        ("run", "运行 实验 运行名称 实验名称 運行 實驗 lauf laufname versuch experiment"),
        ("value", "值 数值 數值 wert"),
        ("loss", "损失 损失值 总损失 損失 損失值 總損失 loss值 verlust gesamtverlust verlustwert"),
        ("train_loss", "训练损失 训练集损失 訓練損失 训练loss trainingsverlust trainverlust verlust_training"),
        ("valid_loss", "验证损失 验证集损失 驗證損失 测试损失 评估损失 验证loss validierungsverlust validierungs-verlust testverlust prüfverlust"),
        ("loss_m", "掩码损失 掩蔽损失 遮蔽损失 掩碼損失 maskierterverlust maskenverlust"),
        ("valid_loss_m", "验证掩码损失 maskiertervalidierungsverlust"),
        ("features_pen", "特征惩罚 特徵懲罰 merkmalsstrafe"),
        ("accuracy", "准确率 準確率 精度 正确率 genauigkeit"),
        ("acc_m", "掩码准确率 掩码帧准确率 掩碼準確率 maskiertegenauigkeit"),
        ("lr", "学习率 學習率 lernrate"),
        ("gnorm", "梯度范数 梯度範數 gradientennorm"),
        ("wer", "词错误率 词错率 詞錯誤率 wortfehlerrate"),
        ("cer", "字错误率 字错率 字錯誤率 zeichenfehlerrate"),
        ("contrastive_loss", "对比损失 對比損失 kontrastiververlust"),
        ("ctc_loss", "ctc损失 ctc損失 ctc-verlust ctcverlust"));

    private static Dictionary<string, string> Table(params (string English, string Names)[] rows) =>
        rows.SelectMany(r => r.Names.Split(' ').Select(n => (Name: n, r.English)))
            .ToDictionary(p => p.Name, p => p.English, StringComparer.Ordinal);
}
